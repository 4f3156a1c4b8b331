#ifdef __cplusplus
extern "C" {
#endif
#define SHOP_FIELDS int id; int kind;
enum state {
  STATE_OPEN = 0,
  STATE_MAP(XX)
  STATE_MAX
  // <- definition constant state.STATE_MAX
};
struct order {
  SHOP_FIELDS
  int total;
  //  ^ definition field order.total
  SHOP_PRIVATE_FIELDS
};
SHOP_EXTERN int order_total(struct order *o, int x,
//              ^ definition function order_total
                            int y);
SHOP_EXTERN const char *order_name(const struct order *o);
//                      ^ definition function order_name
#ifdef __cplusplus
}
#endif
