#include <stdio.h>
/* No class: this is C. */
int add(int a, int b);
/*  ^ definition function add */
