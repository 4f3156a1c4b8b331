//! A shop.
use crate::store::{self, Item as Thing, query::*};
//                 ^ import crate::store - store import
//                       ^ import crate::store Item Thing import
//                                      ^ import crate::store::query * - import
//                       ^ nothing
pub use self::money::Money;
//                   ^ import self::money Money Money reexport
pub(crate) use super::{Customer, base::{Base, Other as _}};
//                     ^ import super Customer Customer reexport
//                                      ^ import super::base Base Base reexport
//                                            ^ import super::base Other - reexport
use std;
//  ^ import std - std import
extern crate alloc as heap;
//           ^ import alloc - heap import
mod money;
//  ^ import money - money mod
//  ^ definition module money
#[cfg(unix)]
#[path = "os/unix.rs"]
pub mod os;
//      ^ import os/unix.rs - os mod

/// What is bought.
///
/// More.
#[derive(Debug, Clone)]
//       ^ nothing
//       ^ outlined
pub struct Order<'a, T: Priced, const N: usize> {
//         ^ definition struct Order
//         ^ doc What is bought.
//                   ^ nothing
//                ^ nothing
//                      ^ reference type -
    pub id: u64,
    //  ^ definition field Order.id
    //  ^ outlined
    customer: &'a Customer,
    // <- definition field Order.customer
    // <- type Customer()
    //            ^ reference type -
    store: Option<Arc<store::Store>>,
    // <- definition field Order.store
    // <- type store.Store()
    //                       ^ reference type store
    lines: Vec<T>,
    //         ^ nothing
}

pub struct Pair(pub Money, u8);
//         ^ definition struct Pair
//                  ^ reference type -
//                  ^ outlined
//                  ^ definition field Pair.0
//                  ^ type Money()

enum State {
//   ^ definition enum State
    Open,
    // <- definition constant State.Open
    // <- type State()
    // <- outlined
    Closed { reason: Reason },
    // <- definition constant State.Closed
    //               ^ reference type -
}

pub trait Priced: Base + store::Named {
//        ^ definition trait Priced
//        ^ bases Base,store.Named
//                ^ reference inherit -
//                              ^ reference inherit store
    type Unit;
    //   ^ definition type Priced.Unit
    const ZERO: Money;
    //    ^ definition constant Priced.ZERO
    fn price(&self) -> Money;
    // ^ definition method Priced.price
    // ^ type Money()
    // ^ outlined
    fn twice(&self) -> Money { self.price() + self.price() }
    // ^ definition method Priced.twice
    //                              ^ reference call Priced()
}

impl<'a, T> Order<'a, T, 3> where T: Priced {
// <- definition impl Order
//          ^ reference type -
//       ^ nothing
//                                   ^ reference type -
    const LIMIT: usize = 3;
    //    ^ definition constant Order.LIMIT
    /// Makes one.
    #[inline]
    pub fn new(customer: &'a Customer) -> Result<Self, Error> {
    //     ^ definition method Order.new
    //     ^ type Order()
    //     ^ doc Makes one.
    //         ^ nothing
        let id = Self::LIMIT;
        //  ^ nothing
        //       ^ nothing
        //             ^ reference read Order()
        let made = Order { id, customer: customer.clone(), ..Default::default() };
        //  ^ nothing
        //                 ^ nothing
        //                     ^ reference read Order
        //                                        ^ reference call Customer()
        made.check()?;
        //   ^ reference call Order()
        Ok(made)
        // ^ nothing
    }
    fn total(&mut self, first: T, (low, high): (Money, Money)) -> Money {
    //            ^ nothing
    //                             ^ nothing
        first.price();
        //    ^ reference call Priced()
        self.customer.greet(low);
        //   ^ reference read Order()
        //            ^ reference call Order().customer
        //                  ^ nothing
        let other = Self::new(self.customer).unwrap();
        other.store.as_ref().unwrap().find(high);
        //    ^ reference read Order().new()
        //                            ^ reference call Order().new().store
        let boxed: Box<dyn Priced> = Box::new(Pair(high, 1));
        //                                    ^ reference call -
        boxed.price();
        //    ^ reference call Priced()
        let shared = Arc::new(store::Store::open("x"));
        //                    ^ reference read -
        //                           ^ reference read store
        //                                  ^ reference call store.Store
        shared.find(1);
        //     ^ reference call store.Store.open()
        if let Some(found) = self.store { found.find(2); }
        //          ^ nothing
        //                                      ^ reference call Order().store
        match self.state() {
        //         ^ reference call Order()
            State::Open if low > high => low,
            //     ^ reference read State
            //             ^ nothing
            State::Closed { reason: why } => why.cost(),
            //     ^ reference type State
            //              ^ reference read State.Closed
            //                      ^ nothing
            State::Other(inner) => inner,
            //           ^ nothing
            LIMIT => high,
            // <- reference read -
            other => other.go(),
            // <- nothing
        };
        for line in self.lines.iter() { line.price(); }
        //  ^ nothing
        //                                   ^ reference call Order().lines.iter().[of]
        let add = |a: Money, b| a.plus(b);
        //                        ^ reference call Money()
        //                             ^ nothing
        assert_eq!(other.total, Order::LIMIT, "{}", first);
        // <- reference call -
        //         ^ nothing
        //               ^ reference read Order().new()
        //                             ^ reference read Order
        //                                          ^ nothing
        crate::store::query::run::<u8>(add);
        //            ^ reference read crate.store
        //                   ^ reference call crate.store.query
        super::helper(&self::money::ZERO);
        //     ^ reference call super
        //                          ^ reference read self.money
        'outer: loop { break 'outer; }
//       ^ nothing
        <Pair as Priced>::twice(&other);
        //                ^ reference call Priced
        store::open(<T as store::Named>::NAME);
        //                               ^ reference read store.Named
        let low = unsafe { store::raw(low) };
        low.free();
        //  ^ reference call store.raw()
        fn local(x: u8) -> u8 { x }
        // ^ definition function Order.total.local
        local(1)
        // <- nothing
    }
}

impl Priced for &Pair {
// <- definition impl Pair
// <- bases Priced
//   ^ reference inherit -
    type Unit = Money;
    fn price(&self) -> Money { self.0 }
    // ^ definition method Pair.price
}

macro_rules! sum {
//           ^ definition macro sum
    ($x:expr) => { $crate::add($x.price()) };
    //                     ^ reference read $crate
    //                            ^ reference read ?
}

pub static GLOBAL: Order = Order::new();
//         ^ definition constant GLOBAL
//         ^ type Order()

fn free<P>(p: impl Priced, q: P) where P: store::Named {
// ^ definition function free
//      ^ nothing
    p.price();
//    ^ reference call Priced()
    q.name();
//    ^ reference call store.Named()
}

#[cfg(test)]
mod tests {
//  ^ definition module tests
    use super::*;
    //  ^ import super * - import
    #[test]
//    ^ outlined
    fn works() {
    // ^ definition function tests.works
        free(1);
        // <- reference call -
    }
}

cfg_io! {
// <- reference call -
    #![cfg(feature = "io")]
    /// Reads "{".
    pub mod reader;
    //      ^ import reader - reader mod
    pub(crate) use self::reader::Reader;
    //                           ^ import self::reader Reader Reader reexport
    const SIZE: usize = if cfg!(unix) { 1 } else { 2 };
    //    ^ definition constant SIZE
    cfg_more! {
        fn wrapped() {}
        // ^ definition function wrapped
    }
}
cfg_select! {
    feature = "full" => {
        mod full;
        //  ^ import full - full mod
    }
    all(unix, not(target_os = "macos")) => {
        fn chosen() {}
        // ^ definition function chosen
    }
    _ => {}
}
cfg_if::cfg_if! {
    if #[cfg(unix)] {
        // Comments stay.
        mod unix;
        //  ^ import unix - unix mod
    } else if #[cfg(all(windows,
        target_env = "msvc"))] {
        cfg_more! {
            pub mod windows;
            //      ^ import windows - windows mod
        }
    } else {
        mod other;
        //  ^ import other - other mod
    }
}
cfg_if! {
    if #[cfg(unix)] { run() } else { stop() }
    //                ^ reference read -
}
diesel::table! {
    use diesel::sql_types::*;

    /// What was bought.
    orders (id, line) {
    // <- definition struct orders
        id -> Int4,
        // <- definition field orders.id
        #[max_length = 80]
        note -> Nullable<Varchar>,
        // <- definition field orders.note
    }
}
lazy! {
    static ref LAZY: u8 = 1;
    //         ^ definition constant LAZY
}
