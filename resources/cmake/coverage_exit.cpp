// Only in a coverage build: a process that ends by _exit() leaves its counts too, as one that ends
// by exit() does. The linker puts this in place of _exit() (--wrap).

extern "C" {

void __gcov_dump();
[[noreturn]] void __real__exit(int status);

[[noreturn]] void __wrap__exit(int status)
{
    __gcov_dump();
    __real__exit(status);
}

} // extern "C"
