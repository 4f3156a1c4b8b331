#pragma once
#include <string>
//       ^ import <string> - - include
SHOP_BEGIN_NAMESPACE
// <- nothing
SHOP_API(int) odd(void);
namespace shop {
//        ^ definition module shop
SHOP_INLINE auto total(int rate) -> int { return rate; }
//               ^ definition function shop.total
class SHOP_API_ Order {
//              ^ definition class shop.Order
#ifdef SHOP_FAST
  int price() { if (fast) {
  //  ^ definition method shop.Order.price
#else
  int price() { {
#endif
    return id_; } }
  int id_;
  //  ^ definition field shop.Order.id_
};
}
SHOP_END_NAMESPACE
