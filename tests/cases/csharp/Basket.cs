global using Acme.Everywhere;
//           ^ import Acme.Everywhere * - reexport
using System;
//    ^ import System * - import
using static Acme.Util;
//           ^ import Acme.Util * - import
using Bill = Acme.Model.Order;
//    ^ import Acme.Model Order Bill import

namespace Acme.Shop
//        ^ nothing
//             ^ nothing
{
    /// A basket.
    [Entity(1, Name = "x")]
//   ^ reference decorate -
//             ^ reference read Entity
    public partial class Basket<T> : Base<T>, IRunnable, Acme.Other.Thing where T : Item
//                       ^ definition class Basket
//                       ^ bases Base,IRunnable,Acme.Other.Thing
//                       ^ doc A basket.
//                              ^ nothing
//                                   ^ reference inherit -
//                                            ^ reference inherit -
//                                                                  ^ reference inherit Acme.Other
//                                                                                  ^ reference type -
    {
        private const int Limit = 10, Other = 2;
//                        ^ definition field Basket.Limit
//                        ^ private
//                                    ^ definition field Basket.Other
        readonly Dictionary<string, Order> _orders = new();
//                                         ^ definition field Basket._orders
//                                         ^ private
//                                         ^ type {Dictionary()|[string():Order()]}
//                                  ^ reference type -
        public Order[] Many;
//                     ^ type [Order()]
        public string Name { get; set; } = "x";
//                    ^ definition field Basket.Name
//                    ^ outlined
        public Order First => _orders.First();
//                   ^ definition field Basket.First
//                   ^ type Order()
//                                    ^ reference call _orders
        public event EventHandler Changed;
//                                ^ definition field Basket.Changed

        public Basket(Order order, params string[] rest) : base(order) { this.Name = order.Title(); }
//             ^ definition method Basket.Basket
//                          ^ nothing
//                                                 ^ nothing
//                                                                            ^ reference read Basket()
//                                                                                         ^ reference call Order()

        [Test]
        public override async Task<List<T>> Get<U>(int index, out Order found)
//                                          ^ definition method Basket.Get
//                                          ^ type List()
//                                                     ^ nothing
//                                              ^ nothing
        {
            var local = new Order(1) { Title = index };
//              ^ nothing
//              ^ hidden
//                          ^ reference call -
//                                     ^ reference read Order
            local.Price.Round();
//                ^ reference read Order()
//                      ^ reference call Order().Price
            Order typed = new();
            typed?.Customer?.Go();
//          ^ nothing
//                 ^ reference read Order()
//                           ^ reference call Order().Customer
            foreach (var item in _orders) { item.Go(); }
//                       ^ nothing
//                                               ^ reference call _orders.[of]
            foreach (Order item in _orders) { item.Go(); }
//                                                 ^ reference call Order()
            try { } catch (Failure e) when (e.Bad) { e.Print(); }
//                                 ^ nothing
//                                            ^ reference read Failure()
//                                                     ^ reference call Failure()
            Call(p => p.Go(), named: index);
//               ^ nothing
//                            ^ nothing
            if (thing is Order hit && hit.Open()) { }
//                             ^ nothing
//                                        ^ reference call Order()
            if (int.TryParse(text, out var number)) { }
//                                         ^ nothing
            ((Order)thing).Close();
//                         ^ reference call Order()
            (thing as Order).Close();
//                           ^ reference call Order()
            base.Get(1);
//               ^ reference call Basket()^
            int Inner(int m) { return m; }
//              ^ definition function Basket.Get.Inner
//                        ^ nothing
            return Inner(index);
//                 ^ nothing
        }

        void IRunnable.Run() { }
//                     ^ definition method Basket.Run

        enum Color { Red = 1, Green }
//           ^ definition enum Basket.Color
//                   ^ definition constant Basket.Color.Red
//                   ^ type Color()
    }

    public record Point(int X, Order Y) : Shape(X);
//                ^ definition class Point
//                ^ bases Shape
//                          ^ definition field Point.X
//                                   ^ type Order()

    interface IShape { int Area { get; } void Draw(); }
//            ^ definition interface IShape
//                         ^ definition field IShape.Area
//                                            ^ definition method IShape.Draw

    struct Size { public int Width; }
//         ^ definition struct Size
//                           ^ definition field Size.Width

    delegate void Handler(object sender);
//                ^ definition type Handler
//                               ^ nothing
}
