#ifndef CUT_C
#define CUT_C
#ifdef WINDOWS
int run(int argc, wchar_t **argv) {
//  ^ definition function run
#else
int run(int argc, char **argv) {
#endif
    if (argc) {
#ifdef DEBUG
        trace(argc);
    } else {
#endif
        go(argv);
        // <- reference call -
    }
    return LIMIT;
}
#if 0
#include "never.h"
//       ^ import never.h - - include
#define LIMIT 3
//      ^ definition constant LIMIT
#endif
static void after(void) {
//          ^ definition function after
#define LOCAL_STEP 2
//      ^ definition constant LOCAL_STEP
}
#endif
