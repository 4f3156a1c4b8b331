#include <stdio.h>
//       ^ import <stdio.h> - - include
#include "shop/order.h"
//       ^ import shop/order.h - - include
#ifndef SHOP_H
//      ^ nothing
#define SHOP_H
//      ^ nothing
#define LIMIT 10
//      ^ definition constant LIMIT
//      ^ outlined
#define ADD(a, b) ((a) + (b))
//      ^ definition macro ADD
//          ^ nothing

/* What is bought. */
struct order {
//     ^ definition struct order
//     ^ doc What is bought.
    int id, *lines;
    //  ^ definition field order.id
    //       ^ definition field order.lines
    //  ^ outlined
    struct customer *customer;
    //     ^ reference type -
    //               ^ definition field order.customer
    //               ^ type customer()
    int (*price)(int rate);
    //    ^ definition field order.price
    //               ^ nothing
    char name[LIMIT];
    //   ^ definition field order.name
    //        ^ reference read -
    struct { int inner; } nested;
    //           ^ definition field order.inner
};
typedef struct order order_t;
//                   ^ definition type order_t
//                   ^ bases order
//             ^ reference type -
typedef struct box { int lid; } box_t;
//             ^ definition struct box
//                              ^ definition struct box_t
//                              ^ bases box
//                       ^ definition field box.lid
typedef struct { int sum; } money, *money_p;
//                          ^ definition struct money
//                   ^ definition field money.sum
typedef struct same { int x; } same;
//             ^ definition struct same
//                             ^ nothing
typedef enum { OPEN, CLOSED = LIMIT } state;
//                                    ^ definition enum state
//             ^ definition constant state.OPEN
//                            ^ reference read -
enum { LOOSE };
//     ^ definition constant LOOSE
union either { int i; float f; };
//    ^ definition struct either
//                          ^ definition field either.f
typedef int (*handler)(int, void *);
//            ^ definition type handler

int open_order(struct order *o, state);
//  ^ definition function open_order
//  ^ outlined
//                    ^ reference type -
//                           ^ nothing
//                              ^ reference type -
extern int total_count;
//         ^ definition variable total_count
static struct order table[] = { { .id = 1, .lines = &total_count } };
//                  ^ definition variable table
//                  ^ type order()
//                  ^ private
//                                                   ^ reference read -
int first = 1, *second, third[3];
//  ^ definition variable first
//              ^ definition variable second
//                      ^ definition variable third
int (*chooser(int n))(int);
//    ^ definition function chooser
//                ^ nothing
static int (*hook)(int);
//           ^ definition variable hook

#ifdef LINUX
//     ^ nothing
/* Prices.
 * Twice. */
static inline const char **price_all(const char *s, int argv[])
//                         ^ definition function price_all
//                         ^ private
//                         ^ doc Prices.
//                                                      ^ nothing
//                                               ^ nothing
{
    order_t *o = make(s), plain;
    // <- reference type -
    //       ^ nothing
    //           ^ reference call -
    //                    ^ nothing
    o->customer->age = argv[0];
    // <- nothing
    // ^ reference read order_t()
    //           ^ reference read order_t().customer
    //                 ^ nothing
    plain.price(1);
    //    ^ reference call order_t()
    (*o).id = ((money *)o)->sum;
    //   ^ reference read order_t()
    //          ^ reference type -
    //                      ^ reference read money()
#if DEBUG
    int debug_only = 1;
    //  ^ nothing
#endif
    int prototype(int);
    //  ^ nothing
    for (int i = 0; i < LIMIT; i++)
    //       ^ nothing
    //                  ^ reference read -
        table[i].id = debug_only;
        // <- reference read -
        //    ^ nothing
        //       ^ reference read table
        //            ^ nothing
    goto end;
    //   ^ nothing
end:
    return ADD(o, sizeof(struct order));
    //     ^ reference call -
    //         ^ nothing
    //                          ^ reference type -
}
#endif

int old(a, b) int a; char *b; { return a + first; }
//  ^ definition function old
//      ^ nothing
//                                         ^ reference read -
//                                     ^ nothing
#endif
