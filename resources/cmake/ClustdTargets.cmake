# The flags of every target, and the functions that declare tests. Nothing here is global: a target takes what it links.

add_library(clustd_warnings INTERFACE)
target_compile_options(clustd_warnings INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
    -Woverloaded-virtual -Wnon-virtual-dtor -Wswitch-enum -Wformat=2)
if(CLUSTD_SANITIZER)
    # What the sanitizers insert makes g++ 12 see uninitialised reads of std::optional that are none.
    target_compile_options(clustd_warnings INTERFACE -fsanitize=${CLUSTD_SANITIZER} -fno-omit-frame-pointer
        $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
    target_link_options(clustd_warnings INTERFACE -fsanitize=${CLUSTD_SANITIZER})
endif()
if(CLUSTD_COVERAGE)
    target_compile_options(clustd_warnings INTERFACE --coverage -fprofile-update=atomic)
    add_library(clustd_coverage_exit OBJECT ${CMAKE_CURRENT_LIST_DIR}/coverage_exit.cpp)
    target_link_options(clustd_warnings INTERFACE --coverage LINKER:--wrap=_exit)
    target_link_libraries(clustd_warnings INTERFACE $<LINK_ONLY:$<TARGET_OBJECTS:clustd_coverage_exit>>)
endif()
# ld.mold and ld.lld link these programs several times faster than ld.bfd.
find_program(CLUSTD_MOLD mold)
if(CLUSTD_MOLD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_link_options(clustd_warnings INTERFACE -fuse-ld=mold)
endif()

add_library(clustd_qt_rules INTERFACE)
target_compile_definitions(clustd_qt_rules INTERFACE
    QT_NO_KEYWORDS QT_NO_FOREACH QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII
    QT_NO_NARROWING_CONVERSIONS_IN_CONNECT QT_DISABLE_DEPRECATED_BEFORE=0x060400)

find_program(CLUSTD_CCACHE ccache)
if(CLUSTD_CCACHE)
    # The base folder makes one clone's objects serve another; the rest lets ccache see through precompiled headers.
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CLUSTD_CCACHE})
endif()

# A static library of the right wing's kind: Qt, moc, the precompiled header.
function(clustd_qt_target target)
    target_link_libraries(${target} PRIVATE clustd_warnings clustd_qt_rules)
    set_target_properties(${target} PROPERTIES AUTOMOC ON)
    if(CLUSTD_PCH)
        target_compile_options(${target} PRIVATE -fpch-preprocess -Winvalid-pch)
        target_precompile_headers(${target} REUSE_FROM clustd_pch)
    endif()
endfunction()

# clustd_test(NAME tst_x LABEL unit TIMEOUT 60 SOURCES tst_x.cpp LIBS clustd_election)
# One QtTest program. A fixed TIMEOUT bounds every wait in it.
function(clustd_test)
    cmake_parse_arguments(T "" "NAME;LABEL;TIMEOUT" "SOURCES;LIBS" ${ARGN})
    if(NOT T_TIMEOUT)
        set(T_TIMEOUT 120)
    endif()
    if(CLUSTD_SANITIZER)
        math(EXPR T_TIMEOUT "4 * ${T_TIMEOUT}")
    endif()
    add_executable(${T_NAME} ${T_SOURCES})
    clustd_qt_target(${T_NAME})
    target_link_libraries(${T_NAME} PRIVATE ${T_LIBS} Qt6::Test)
    target_include_directories(${T_NAME} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
    set_target_properties(${T_NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
    target_compile_definitions(${T_NAME} PRIVATE CLUSTD_SOURCE_DIR="${CMAKE_SOURCE_DIR}" CLUSTD_BINARY_DIR="${CMAKE_BINARY_DIR}")
    add_test(NAME ${T_NAME} COMMAND ${T_NAME})
    set_tests_properties(${T_NAME} PROPERTIES LABELS "${T_LABEL}" TIMEOUT ${T_TIMEOUT})
endfunction()
