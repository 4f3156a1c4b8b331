import Foundation
//     ^ import Foundation * - import
import struct Shop.Price
//            ^ import Shop Price Price import
@testable import Store
//               ^ import Store * - type
@_exported import Core
//                ^ import Core * - reexport

/// A basket of orders.
@MainActor
 // <- nothing
@Observable
 // <- reference decorate -
public final class Basket<T: Item>: Base, Codable where T: Hashable {
//                 ^ definition class Basket
//                 ^ bases Base,Codable
//                 ^ doc A basket of orders.
//                 ^ outlined
//                        ^ nothing
//                           ^ reference type -
//                                  ^ reference inherit -
    /// How many there are.
    @Published private(set) var count: Int = 0 {
//                              ^ definition field Basket.count
//                              ^ type Int()
//                              ^ doc How many there are.
        didSet { print(oldValue) }
//               ^ reference call -
//                     ^ nothing
    }
    private var secret = Order(1)
//              ^ definition field Basket.secret
//              ^ private
//              ^ type Order()
//                       ^ reference call -
    static let shared: Basket<Item> = Basket()
//             ^ definition field Basket.shared
//             ^ type Basket()
    var orders: [Order] = [], names: [String: Order]?
//      ^ definition field Basket.orders
//      ^ type {Array()|[Order()]}
//                            ^ definition field Basket.names
//                            ^ type {Dictionary()|[String():Order()]}
    let (low, high) = (1, 2)
//       ^ definition field Basket.low
//            ^ definition field Basket.high
    var total: Price {
//      ^ definition field Basket.total
        orders.reduce(0) { $0 + $1.price }
//      ^ reference read -
//                         ^ nothing
//                                 ^ reference read ?
    }
    let made: (Int) -> Order
//      ^ definition field Basket.made
//      ^ type -

    init?(of order: Order, _ rest: Order...) throws {
//  ^ definition method Basket.init
//        ^ nothing
//           ^ nothing
//                  ^ reference type -
        self.secret = order
//           ^ reference read Basket()
//                    ^ nothing
        super.init()
//            ^ reference call Basket()^
    }

    deinit {}
//  ^ definition method Basket.deinit

    subscript(index: Int) -> Order { orders[index] }
//  ^ definition method Basket.subscript
//            ^ nothing

    func add<U: Order>(_ one: U, to shelf: some Shelf, then next: (Order) -> Void) async throws -> Price? {
//       ^ definition method Basket.add
//       ^ type Price()
//       ^ outlined
//           ^ nothing
        one.price()
//          ^ reference call Order()
        shelf.put(one)
//            ^ reference call Shelf()
        guard let first = orders.first, case let .paid(sum) = first.state else { return nil }
//                ^ nothing
//                        ^ reference read -
//                                                ^ reference read orders.first.state
//                                                     ^ nothing
//                                                                  ^ reference read orders.first
        if let price = first.price, price > sum { price.round() }
//                                                      ^ reference call orders.first.price
        for (place, item) in orders.enumerated() where item.open { item.go() }
//           ^ nothing
//                  ^ nothing
//                                                          ^ reference read orders.enumerated().[of].[1]
        for item in orders { item.go() }
//          ^ nothing
//                                ^ reference call orders.[of]
        orders.map { $0.price }.forEach { (sum: Price) in sum.round() }
//                      ^ reference read orders.[of]
//                                         ^ nothing
//                                                            ^ reference call Price()
        fetch { [weak self, other = secret] result in self?.add(result) }
//      ^ reference call -
//                          ^ nothing
//                                  ^ reference read -
//                                          ^ nothing
//                                                          ^ reference call Basket()
        switch first.state {
        case .paid(let sum): sum.round()
//            ^ reference read orders.first.state
//                     ^ nothing
//                               ^ reference call ?
        case let .open(day, _): day.next()
//                     ^ nothing
        case State.closed: break
//                 ^ reference read State
        case let other as Order: other.price()
//                                     ^ reference call Order()
        default: break
        }
        do { try await one.send()! } catch let issue as Issue { issue.show() } catch { error.show() }
//                         ^ reference call Order()
//                                             ^ nothing
//                                                                                     ^ nothing
        let local = Price.zero.rounded(to: 2) as! Money
//          ^ nothing
//          ^ hidden
//                        ^ reference read Price
//                                     ^ nothing
        local.show()
//            ^ reference call Money()
        let generic = Box<Order>(one)
        generic.open()
//              ^ reference call Box()
        func inner() {}
        inner()
//      ^ nothing
        orders[0].price()
//                ^ reference call orders.[]
        finish(.success(()), orders[0])
//                           ^ reference read -
        Self.shared.add(\Order.price)
//           ^ reference read Basket
//                             ^ reference read Order
        #expect(local == .zero)
//       ^ nothing
//                        ^ reference read Money()
        return try await next(one)
    }

    enum State: String, Codable {
//       ^ definition enum Basket.State
//       ^ bases String,Codable
        case open = "open", closed
//           ^ definition constant Basket.State.open
//                          ^ definition constant Basket.State.closed
        indirect case paid(Price, on: Day)
//                    ^ definition constant Basket.State.paid
//                                ^ nothing
    }
    var next: Basket.State? { return .paid(Price(), on: .today) }
//                                    ^ reference call Basket.State
//                                                       ^ reference read ?
    typealias Key = Order.ID
//            ^ definition type Basket.Key
//            ^ type Order.ID()
}

extension Basket: Sendable where T: Sendable {
//        ^ definition impl Basket
//        ^ bases Sendable
    func more() { count += 1 }
//       ^ definition method Basket.more
//                ^ reference read -
}

extension Basket.State {
//        ^ definition impl Basket.State
    var done: Bool { self == .closed }
//      ^ definition field Basket.State.done
}

protocol Shelf: AnyObject {
//       ^ definition interface Shelf
//       ^ bases AnyObject
    associatedtype Element: Order
//                 ^ definition type Shelf.Element
    var size: Int { get set }
//      ^ definition field Shelf.size
    func put(_ one: Element) -> Bool
//       ^ definition method Shelf.put
//       ^ type Bool()
}

struct Point { let x: Int }
//     ^ definition struct Point
actor Store {}
//    ^ definition class Store
let limit: Int = 3
//  ^ definition variable limit
fileprivate func helper(error: Issue) -> String { "\(error.text) \(limit)" }
//               ^ definition function helper
//               ^ private
//                                                         ^ reference read Issue()
//                                                                 ^ reference read -
#if DEBUG
func debug() {}
//   ^ definition function debug
#endif
infix operator <>: Sum
//                 ^ nothing
