// A class of Objective-C by what stands in it.
#import <Foundation/Foundation.h>

@class Order;

@interface Basket : NSObject
//         ^ definition class Basket
- (void)add:(Order *)order;
//      ^ definition method Basket.add:
@end
