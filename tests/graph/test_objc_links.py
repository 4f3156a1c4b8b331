"""Objective-C: headers and their implementations, categories, properties and variables, protocols, C beside it."""

from __future__ import annotations

from ctxpack.graph.edges import Linked, link
from ctxpack.graph.project import Project
from ctxpack.parse import detect, parse

FILES = {
    "Shop/Order.h": "#import <Foundation/Foundation.h>\n@interface Order : NSObject\n@property int price;\n"
    "- (void)close;\n"
    "+ (instancetype)order;\n@end\n",
    "Shop/Order.m": '#import "Order.h"\n@implementation Order\n- (void)close { [self secret]; _price = 1; }\n'
    "- (void)secret {}\n"
    "+ (instancetype)order { return [[self alloc] init]; }\n@end\n",
    "Shop/Order+More.h": '#import "Order.h"\n@interface Order (More)\n- (void)more:(int)by;\n@end\n'
    "@interface NSString (More)\n- (Order *)asOrder;\n@end\n",
    "Shop/Order+More.m": '#import "Order+More.h"\n@implementation Order (More)\n- (void)more:(int)by {}\n@end\n'
    "@implementation NSString (More)\n- (Order *)asOrder { return nil; }\n@end\n",
    "Shop/Special.h": '#import "Order.h"\n@class Basket;\n'
    "@interface Special : Order\n@property Basket *basket;\n@end\n",
    "Shop/Basket.h": "@protocol Priced\n- (int)priceIn:(int)currency;\n@end\n@interface Basket\n- (void)drop;\n@end\n",
    "Shop/Basket.m": '#import "Basket.h"\n@implementation Basket\n- (void)drop {}\n@end\n',
    "Shop/tools.h": "int add(int a, int b);\n",
    "Shop/tools.c": '#include "tools.h"\nint add(int a, int b) { return a; }\n',
}


def linked(files: dict[str, str]) -> Linked:
    facts = {path: parse(text, detect(path, text[:200].encode())).facts for path, text in sorted(files.items())}
    return link(Project(facts, lambda path: files.get(path, "")))


def of(body: str, imports: str = '#import "Order.h"\n', path: str = "Shop/App.m") -> list[tuple[str, str]]:
    """The file and the name of each definition of another file that a method leads to, in order."""
    code = f"{imports}@implementation App\n- (void)run {{ {body} }}\n@end\n" if body else FILES[path]
    files = FILES | {path: code}
    facts = {p: parse(text, detect(p, text[:200].encode())).facts for p, text in files.items()}
    return [
        (one.target.rpartition("/")[2], facts[one.target].definitions[one.symbol].qualname)
        for one in linked(files).links[path]
        if one.symbol >= 0 and one.target != path
    ]


def test_a_message_leads_to_the_body_of_the_method() -> None:
    assert of("Order *o = [[Order alloc] init]; [o close]; [o gone];") == [
        ("Order.h", "Order"),
        ("Order.h", "Order"),
        ("Order.m", "Order.close"),
    ]
    assert of("[[Order order] close];") == [
        ("Order.h", "Order"),
        ("Order.m", "Order.order"),
        ("Order.m", "Order.close"),
    ]


def test_members_of_categories_stand_elsewhere() -> None:
    assert of("Order *o; [o more:1];", '#import "Order+More.h"\n')[1:] == [("Order+More.m", "Order.more:")]
    assert of("NSString *s; [[s asOrder] close];", '#import "Order+More.h"\n')[-2:] == [
        ("Order+More.m", "NSString.asOrder"),
        ("Order.m", "Order.close"),
    ]


def test_properties_are_read_by_dots_messages_and_underscores() -> None:
    assert of("Order *o; o.price = 1; [o price];")[1:] == [("Order.h", "Order.price")] * 2
    assert ("Order.h", "Order.price") in of("", path="Shop/Order.m")
    assert of("_price = 1;") == []


def test_what_is_inherited_and_what_a_header_only_announces() -> None:
    found = of("Special *s; [s close]; [s.basket drop];", '#import "Special.h"\n')
    assert found == [
        ("Special.h", "Special"),
        ("Order.m", "Order.close"),
        ("Special.h", "Special.basket"),
        ("Basket.m", "Basket.drop"),
    ]


def test_protocols_say_what_they_declare() -> None:
    assert of("id<Priced> p; [p priceIn:1]; [p other];", '#import "Basket.h"\n') == [
        ("Basket.h", "Priced"),
        ("Basket.h", "Priced.priceIn:"),
    ]


def test_functions_of_c_are_called_and_are_no_members() -> None:
    assert of("add(1, 2); [self add];", '#include "tools.h"\n') == [("tools.c", "add")]
    assert of("close(); more();") == []


def test_unknown_receivers_and_local_names_are_left_alone() -> None:
    assert of("id o = make(); [o close];") == []
    assert of("int Order = 1; use(Order);") == []
