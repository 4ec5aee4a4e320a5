# Runs the generator on a tiny model and compares every file with what it should be.
# cmake -DGENERATOR=… -DOUT=… -P generator_test.cmake; with -DUPDATE=1 the expected files are written anew.
set(expected ${CMAKE_CURRENT_LIST_DIR}/expected)
file(REMOVE_RECURSE ${OUT})
execute_process(COMMAND ${GENERATOR} ${CMAKE_CURRENT_LIST_DIR}/tiny.json ${CMAKE_CURRENT_LIST_DIR}/tiny_rules.json
  ${OUT} RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "the generator failed: ${status}")
endif()
file(GLOB names RELATIVE ${OUT} ${OUT}/*)
if(UPDATE)
  file(REMOVE_RECURSE ${expected})
  file(COPY ${OUT}/ DESTINATION ${expected})
endif()
file(GLOB expected_names RELATIVE ${expected} ${expected}/*)
if(NOT names STREQUAL expected_names)
  message(FATAL_ERROR "the generator wrote ${names} instead of ${expected_names}")
endif()
foreach(name IN LISTS names)
  file(READ ${OUT}/${name} actual_text)
  file(READ ${expected}/${name} expected_text)
  if(NOT actual_text STREQUAL expected_text)
    message(FATAL_ERROR "${name} differs from what is expected:\n${actual_text}")
  endif()
endforeach()

# The same model as that of another service: all of it in a namespace and a folder of its own.
execute_process(COMMAND ${GENERATOR} ${CMAKE_CURRENT_LIST_DIR}/tiny.json ${CMAKE_CURRENT_LIST_DIR}/tiny_rules.json
  ${OUT}/harbour harbour RESULT_VARIABLE status)
file(GLOB names RELATIVE ${OUT}/harbour ${OUT}/harbour/*)
if(NOT status EQUAL 0 OR NOT names STREQUAL
    "errors.hpp;operations.cpp;operations.hpp;operations.inc;tables.hpp;tables_0.cpp;types.hpp")
  message(FATAL_ERROR "another service was written as: ${status} ${names}")
endif()
file(READ ${OUT}/harbour/types.hpp types)
foreach(part "namespace drydock::api::harbour {" "std::optional<std::vector<harbour::Boat>> boats{};"
    "std::optional<api::Timestamp> launched{};" "const StructInfo& schema_of<harbour::Boat>();")
  string(FIND "${types}" "${part}" at)
  if(at EQUAL -1)
    message(FATAL_ERROR "types.hpp of another service lacks ${part}:\n${types}")
  endif()
endforeach()

execute_process(COMMAND ${GENERATOR} ${CMAKE_CURRENT_LIST_DIR}/tiny.json ${CMAKE_CURRENT_LIST_DIR}/bad_rules.json
  ${OUT} RESULT_VARIABLE status ERROR_VARIABLE text)
if(NOT status EQUAL 1 OR NOT text MATCHES "the model has no member Boat.colour")
  message(FATAL_ERROR "a rule for an unknown member was not refused: ${status} ${text}")
endif()
