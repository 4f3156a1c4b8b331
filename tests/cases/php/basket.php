<?php
declare(strict_types=1);
namespace Acme\Shop;
use Acme\Base;
//       ^ import Acme Base Base import
use Acme\Util as U, Acme\Other;
//       ^ import Acme Util U import
//                       ^ import Acme Other Other import
use function Acme\helper;
//                ^ import Acme helper helper import
use Acme\{Foo, Sub\Bar as B, function f2};
//        ^ import Acme Foo Foo import
//             ^ import Acme.Sub Bar B import
//                                    ^ import Acme f2 f2 import
require_once __DIR__ . '/inc.php';
//           ^ import ./inc.php - - include
include 'x.php';
//      ^ import x.php - - include

const TOP = 1;
//    ^ definition constant TOP
define('FLAG', 2);
//      ^ definition constant FLAG

/** A basket. */
#[Entity(1)]
//^ reference decorate -
final class Basket extends Base implements \Countable, Shape
//          ^ definition class Basket
//          ^ bases Base,\Countable,Shape,Logs
//          ^ doc A basket.
//          ^ outlined
//                         ^ reference inherit -
//                                          ^ reference inherit \
{
    use Logs;
//      ^ reference inherit -
    const MAX = 3;
//        ^ definition constant Basket.MAX
    public static ?Order $first = null;
//                        ^ definition field Basket.first
//                        ^ type Order()
//                 ^ reference type -
    private array $many = [];
//                 ^ definition field Basket.many
//                 ^ private
//                 ^ type -

    public function __construct(private readonly Order $order, int ...$rest)
//                  ^ definition method Basket.__construct
//                                                      ^ definition field Basket.order
//                                                      ^ type Order()
    {
        parent::__construct($order);
//              ^ reference call Basket()^
        $this->name = new Foo(1);
//             ^ reference read Basket()
//                        ^ reference call -
    }

    #[Test]
    public static function get(int|Foo $index, ?Foo $foo = null): ?Foo
//                         ^ definition method Basket.get
//                         ^ type Foo()
//                                      ^ nothing
    {
        $local = new Foo(1);
        $local->bar()->name;
//              ^ reference call Foo()
//                     ^ reference read Foo().bar()
        $foo?->go();
//             ^ reference call Foo()
        $this->order->title;
//             ^ reference read Basket()
//                    ^ reference read Basket().order
        self::MAX;
//      ^ nothing
//            ^ reference read Basket()
        static::make();
//              ^ reference call Basket()
        Foo::open()->close();
//      ^ reference read -
//           ^ reference call Foo
//                   ^ reference call Foo.open()
        Foo::class;
//           ^ nothing
        foreach ($this->many as $k => $v) { $v->go(); }
//                                              ^ reference call ?
        try { } catch (Failure $e) { $e->print(); }
//                     ^ reference type -
//                                       ^ reference call Failure()
        $f = function (Foo $p) use ($local) { return $p->go($local->bar()); };
//                                                       ^ reference call Foo()
//                                                                  ^ reference call Foo()
        helper(named: 1);
//      ^ reference call -
//             ^ nothing
        \Acme\Other\fun();
//                  ^ reference call \Acme.Other
        new Sub\Thing();
//              ^ reference call Sub
        $made = new class(1) extends Foo {
//                                   ^ reference inherit -
            function stop() { $this->go(); }
//                   ^ definition method Basket.get.<anonymous:46>.stop
//                                   ^ reference call Basket.get.<anonymous:46>()
        };
        return $local instanceof Foo ? $local : TOP;
//                               ^ reference read -
//                                              ^ reference read -
    }
}

interface Shape extends A, B { public function area(): int; }
//        ^ definition interface Shape
//        ^ bases A,B
//                                             ^ definition method Shape.area
trait Logs { protected function log(string $m) { } }
//    ^ definition trait Logs
enum Suit: string implements Has { case Hearts = 'H'; const W = self::Hearts; }
//   ^ definition enum Suit
//   ^ bases Has
//                                      ^ definition constant Suit.Hearts
//                                      ^ type Suit()
//                                                          ^ definition constant Suit.W
function top(Foo $a): B { return new B($a); }
//       ^ definition function top
//       ^ type B()
