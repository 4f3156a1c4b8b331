//go:build linux

// Package shop sells.
package shop

import (
	"fmt"
	// <- import fmt - fmt import
	. "example.com/dot"
	// <- import example.com/dot * - import
	_ "example.com/effects"
	// <- import example.com/effects - - import
	db "example.com/store/v2"
	// <- import example.com/store/v2 - db import
	"example.com/yaml.v3"
	// <- import example.com/yaml.v3 - yaml import
	"example.com/queue/v4"
	// <- import example.com/queue/v4 - queue import
)

// Order is what is bought.
type Order[T any] struct {
//   ^ definition struct Order
//   ^ doc Order is what
//   ^ bases Base,db.Record
//         ^ nothing
	Base
	// <- reference inherit -
	// <- definition field Order.Base
	// <- type Base()
	// <- outlined
	*db.Record
	//  ^ reference inherit db
  // <- reference read -
	id, number int
	// <- definition field Order.id
	// <- type int()
	//  ^ definition field Order.number
	customer *Customer `json:"customer"`
	// <- definition field Order.customer
	// <- type Customer()
	//        ^ reference type -
	// <- outlined
	lines    []Line
	// <- definition field Order.lines
	// <- type Line()
	extra T
	//    ^ nothing
}

type (
	// Store keeps.
	Store interface {
	// <- definition interface Store
	// <- doc Store keeps.
	// <- bases Reader
		Reader
		// <- reference inherit -
		Get(key string) (order Order, err error)
		// <- definition method Store.Get
		// <- type Order()
		//  ^ nothing
		//               ^ nothing
		Close() error
		// <- definition method Store.Close
		// <- outlined
	}
	Index = map[string]Order
	// <- definition type Index
	// <- outlined
	Kind int
	// <- definition type Kind
)

const Limit, Depth = 1, 2
//    ^ definition constant Limit
//           ^ definition constant Depth

const (
	First Kind = iota
	// <- definition constant First
	// <- type Kind()
	Second
	// <- definition constant Second
	_
	// <- nothing
)

var _ Store = (*memory)(nil)
//  ^ nothing
//    ^ reference type -
//              ^ reference read -

var (
	shared = NewOrder(1)
	// <- definition variable shared
	// <- type NewOrder()
	//       ^ reference call -
	backup *db.Pool
	// <- type db.Pool()
)

// Total adds up.
// It rounds.
func (o *Order[T]) Total(rate Rate, rest ...Line) (sum Money, err error) {
//                 ^ definition method Order.Total
//                 ^ type Money()
//                 ^ doc Total adds up.
//                 ^ outlined
//       ^ reference type -
//    ^ nothing
//             ^ nothing
//                       ^ nothing
//                                                 ^ nothing
	sum = o.customer.Discount(rate)
	// <- nothing
	//      ^ reference read Order()
	//               ^ reference call Order().customer
	//                        ^ nothing
	c := &Customer{Name: "x", Home: Address{Street: o.id}}
	// <- nothing
	//    ^ reference type -
	//             ^ reference read Customer()
	//                              ^ reference type -
	//                                      ^ reference read Address()
	// <- hidden
	c.Greet()
	// <- nothing
// ^ reference call Customer()
	fresh, err := NewOrder(3)
	// <- nothing
	//     ^ nothing
	fresh.Total(nil)
	//    ^ reference call NewOrder()
	pool := db.Open("x")
	//      ^ reference read -
	//         ^ reference call db
	pool.Query(Limit)
	//   ^ reference call db.Open()
	//         ^ reference read -
	for i, line := range o.lines {
	//                     ^ reference read Order()
		line.Price(i)
		//   ^ reference call Order().lines
		//         ^ nothing
	}
	switch v := any(o).(type) {
	case *Customer:
	//    ^ reference type -
		v.Greet()
		// <- nothing
//  ^ reference call Customer()
		if err := v.Check(); err != nil {
		//          ^ reference call Customer()
			return 0, err
			//        ^ nothing
		}
	case Line, *db.Row:
		v.Price(1)
//  ^ reference call ?
	default:
	}
	var box db.Box = unpack(c)
	//      ^ reference read -
	//         ^ reference type db
	box.Lid()
	//  ^ reference call db.Box()
	asserted, ok := c.Raw.(Customer)
	asserted.Greet(ok)
	//       ^ reference call Customer()
	//             ^ nothing
	apply(func(each Line) Money { return each.Price(sum) })
	//                                        ^ reference call Line()
	//         ^ nothing
	batch := []Line{{Amount: 1}, {Amount: Depth}}
	//         ^ reference type -
	//               ^ reference read Line()
	//                            ^ reference read Line()
	//                                    ^ reference read -
	byName := map[string]*Line{"a": {Amount: 2}}
	//                               ^ reference read Line()
	named := Lines{{Amount: 1}, &Line{Amount: 2}}
	//              ^ reference read Lines()^
	//                                ^ reference read Line()
	nested := []Lines{{{Amount: 1}}}
	//                  ^ reference read Lines()^
	table := map[Kind]Line{First: {Amount: 1}, depth: {}, db.Second: {}}
	//                     ^ reference read -
	//                             ^ reference read Line()
	//                                         ^ reference read ?
	listed := [...]string{First: "first"}
	//                    ^ reference read -
	f := (*Customer).Greet
	//               ^ reference read Customer
	goto done
	//   ^ nothing
done:
	return f(batch, byName), nil
}

func Split(id int) (order, rest *Order[int], err error) {
//   ^ definition function Split
//   ^ type [Order();Order();?]
	left, right, err := Split(1)
	right.Total(nil)
	//    ^ reference call Split().[#1]
	left.Total(err)
	//   ^ reference call Split()
	return left, right, err
}

func NewOrder(id int) (*Order[int], error) {
//   ^ definition function NewOrder
//   ^ type Order()
	type local struct{ field int }
	//   ^ nothing
	//                 ^ nothing
	var made local
	//       ^ nothing
	fmt := fmt.Sprint(made)
	// <- nothing
	//     ^ reference read -
	//         ^ reference call fmt
	fmt.Len()
	// <- nothing
	//  ^ reference call fmt.Sprint()
	return generic[int](id), nil
}

func Map[K comparable, V Stringer](in map[K]V, f func(V) V) {
//   ^ definition function Map
//       ^ nothing
//         ^ reference type -
	for _, v := range in {
		f(v)
		// <- nothing
	}
	var one V
	//      ^ nothing
	one.String()
	//  ^ reference call Stringer()
}
