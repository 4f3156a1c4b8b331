import pytest

from ctxpack.rank.traces import Frame, read


def test_the_innermost_call_of_python_stands_last() -> None:
    text = """Traceback (most recent call last):
  File "/srv/app/src/shop/web.py", line 7, in <module>
    main()
  File "/srv/app/src/shop/cart.py", line 42, in total
    return self.sum
AttributeError: sum
"""
    [trace] = read(text)
    assert trace == (
        Frame("/srv/app/src/shop/cart.py", 42, "total"),
        Frame("/srv/app/src/shop/web.py", 7, "<module>"),
    )


def test_the_innermost_call_of_java_and_javascript_stands_first() -> None:
    java = "at com.shop.Cart.total(Cart.java:77)\n    at com.shop.Main.main(Main.java:5)"
    script = "at async render (/app/src/view.tsx:10:5)\n    at new Shop (/app/src/shop.ts:3:1)\n    at src/main.ts:1:1"
    assert read(java) == ((Frame("com/shop/Cart.java", 77, "total"), Frame("com/shop/Main.java", 5, "main")),)
    assert read(script) == (
        (Frame("/app/src/view.tsx", 10, "render"), Frame("/app/src/shop.ts", 3, "Shop"), Frame("src/main.ts", 1)),
    )


def test_the_trace_of_a_cause_is_one_of_its_own() -> None:
    java = "at a.Web.get(Web.java:9)\nCaused by: java.lang.IllegalStateException\n\tat a.Cart.total(Cart.java:77)"
    assert read(java) == ((Frame("a/Web.java", 9, "get"),), (Frame("a/Cart.java", 77, "total"),))
    chained = """  File "cart.py", line 4, in total
KeyError: 1

During handling of the above exception, another exception occurred:

  File "web.py", line 9, in get
"""
    assert [trace[0].path for trace in read(chained)] == ["cart.py", "web.py"]


@pytest.mark.parametrize(
    ("text", "frame"),
    [
        ("File ~/site-packages/shop/cart.py:21, in total(lines)", Frame("~/site-packages/shop/cart.py", 21, "total")),
        ("src/shop/cart.py:21: in total", Frame("src/shop/cart.py", 21, "total")),
        ("src/shop/cart.py:21: KeyError", Frame("src/shop/cart.py", 21)),
        ("at java.base/java.lang.Thread.run(Thread.java:833)", Frame("java/lang/Thread.java", 833, "run")),
        (r"   at Shop.Cart.Total(Int32 n) in C:\shop\src\Cart.cs:line 12", Frame(r"C:\shop\src\Cart.cs", 12, "Total")),
        ("#0  0x00007f in total (cart=0x0) at src/cart.c:12", Frame("src/cart.c", 12, "total")),
        ("    #1 0x4f00 in shop::total(Cart&) /src/cart.cc:12:3", Frame("/src/cart.cc", 12, "total")),
        ("#0 /var/www/src/Cart.php(23): Shop\\Cart->total()", Frame("/var/www/src/Cart.php", 23, "total")),
        ("PHP Fatal error: no total in /var/www/src/Cart.php on line 5", Frame("/var/www/src/Cart.php", 5)),
        ("lib/cart.rb:10:in `total'", Frame("lib/cart.rb", 10, "total")),
        ("\tfrom lib/cart.rb:10:in 'block in Shop::Cart#total'", Frame("lib/cart.rb", 10, "total")),
        ("\t/home/me/shop/cart.go:12 +0x1d", Frame("/home/me/shop/cart.go", 12)),
        ("thread 'main' panicked at 'no', src/cart.rs:12:5", Frame("src/cart.rs", 12)),
        (" --> src/cart.rs:5:9", Frame("src/cart.rs", 5)),
        ("src/cart.ts(12,5): error TS2345", Frame("src/cart.ts", 12)),
        ("    (shop 0.1.0) lib/shop/cart.ex:12: Shop.Cart.total/2", Frame("lib/shop/cart.ex", 12)),
        ("#0      Cart.total (package:shop/src/cart.dart:10:5)", Frame("shop/src/cart.dart", 10)),
        ("no total at lib/Cart.pm line 12.", Frame("lib/Cart.pm", 12)),
    ],
)
def test_what_runtimes_and_compilers_print(text: str, frame: Frame) -> None:
    assert read(text) == ((frame,),)


def test_times_and_versions_are_no_frames() -> None:
    assert read("at 12.30:15 with 1.2:30, 10:20 and e.g.:5") == ()


@pytest.mark.parametrize("piece", ["at a() in ", "f (x) at ", "in foo(", "a/", "x.y", 'File "', "at f (x"])
def test_long_nonsense_is_read_in_time(piece: str) -> None:
    assert read(piece * 30_000) == ()
