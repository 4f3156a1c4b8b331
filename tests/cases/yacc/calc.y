%{
#include <stdio.h>
//       ^ import <stdio.h> - - include
#include "calc.h"
//       ^ import calc.h - - include
static int depth;
//         ^ definition variable depth
%}
%union { int value; }
%token NUMBER
//     ^ nothing
%%
line: NUMBER { use($1); } ;
//             ^ nothing
%%
int evaluate(struct calc *c) { return c->value + depth; }
//  ^ definition function evaluate
//                                       ^ reference read calc()
//                                               ^ reference read -
