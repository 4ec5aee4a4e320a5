/* The built program of the stub image; its path comes from CMake. */
.section .rodata
.global drydock_stub_program
.global drydock_stub_program_end
drydock_stub_program:
.incbin DRYDOCK_STUB_PROGRAM
drydock_stub_program_end:
.byte 0
.section .note.GNU-stack,"",%progbits
