# What every target of Drydock shares: warnings, sanitizers, dependencies, and how a room is declared.

find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(nlohmann_json REQUIRED)
# All but the C library is linked statically: the program is one file that runs on other distributions, too.
set(OPENSSL_USE_STATIC_LIBS ON)
find_package(OpenSSL 3.0 REQUIRED COMPONENTS Crypto)
find_library(DRYDOCK_SQLITE libsqlite3.a REQUIRED)

add_library(drydock_options INTERFACE)
target_compile_options(drydock_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wcast-align -Woverloaded-virtual
  -Wnull-dereference -Wimplicit-fallthrough
  $<$<BOOL:${DRYDOCK_WERROR}>:-Werror>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # False positives of g++ 12 at -O2: coroutine frames, and null checks inside std::optional.
  target_compile_options(drydock_options INTERFACE -Wno-mismatched-new-delete -Wno-maybe-uninitialized
    -Wno-null-dereference -Wno-restrict)
endif()
target_include_directories(drydock_options INTERFACE ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/generated)
target_compile_definitions(drydock_options INTERFACE
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED
  BOOST_ASIO_DISABLE_VISIBILITY)
target_link_libraries(drydock_options INTERFACE Threads::Threads)

if(DRYDOCK_SANITIZE STREQUAL "address")
  target_compile_options(drydock_options INTERFACE -fsanitize=address,undefined -fno-omit-frame-pointer)
  target_link_options(drydock_options INTERFACE -fsanitize=address,undefined)
elseif(DRYDOCK_SANITIZE STREQUAL "thread")
  target_compile_options(drydock_options INTERFACE -fsanitize=thread -fno-omit-frame-pointer -Wno-tsan)
  target_link_options(drydock_options INTERFACE -fsanitize=thread)
endif()

find_program(DRYDOCK_CCACHE ccache)
if(DRYDOCK_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_SOURCE_DIR}/cmake/launch.sh)
endif()
find_program(DRYDOCK_MOLD mold)
if(DRYDOCK_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# A room: one static library from the .cpp files of its folder, and the rooms it may see. With SUBFOLDERS, those of its
# subfolders too; otherwise they are rooms of their own.
function(drydock_room name)
  cmake_parse_arguments(ROOM "SUBFOLDERS" "" "LINKS" ${ARGN})
  set(patterns ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  if(ROOM_SUBFOLDERS)
    list(APPEND patterns ${CMAKE_CURRENT_SOURCE_DIR}/*/*.cpp)
  endif()
  file(GLOB sources CONFIGURE_DEPENDS ${patterns})
  if(NOT sources)
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE drydock_options ${ROOM_LINKS})
    return()
  endif()
  add_library(${name} STATIC ${sources})
  target_link_libraries(${name} PUBLIC drydock_options ${ROOM_LINKS})
endfunction()

# Boost.Asio and Boost.Beast compiled once for everybody.
add_library(drydock_boost STATIC ${CMAKE_SOURCE_DIR}/cmake/boost_impl.cpp)
target_link_libraries(drydock_boost PUBLIC Boost::headers drydock_options)

# So is spdlog; what it needs of fmt comes with its headers.
add_library(drydock_log STATIC ${CMAKE_SOURCE_DIR}/cmake/spdlog_impl.cpp)
target_compile_definitions(drydock_log PUBLIC SPDLOG_COMPILED_LIB SPDLOG_FMT_EXTERNAL FMT_HEADER_ONLY)
target_link_libraries(drydock_log PUBLIC drydock_options)

add_library(drydock_sqlite INTERFACE)
target_link_libraries(drydock_sqlite INTERFACE ${DRYDOCK_SQLITE} m ${CMAKE_DL_LIBS})

# Nearly every file includes these; reading them once saves more than half of a full build.
function(drydock_precompile name)
  target_precompile_headers(${name} PRIVATE
    "$<$<COMPILE_LANGUAGE:CXX>:${CMAKE_BINARY_DIR}/generated/api-spec/generated/types.hpp>"
    ${ARGN})
  target_compile_options(${name} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # g++ 12 sees joined texts overflow when the headers of strings come precompiled; they do not.
    target_compile_options(${name} PRIVATE -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread)
  endif()
endfunction()
