const path = require('path')
//    ^ import path - path require
//    ^ nothing
//           ^ reference call -
const { join, sep: separator } = require("./paths")
//      ^ import ./paths join join require
//            ^ import ./paths sep separator require
var once = require('./once').default
//                           ^ import ./once default once require
require('./register')
//      ^ import ./register - - require

function open(name) {
//       ^ definition function open
  const inner = require('./inner')
//      ^ import ./inner - inner require
  return inner.open(join(name))
//             ^ reference call inner
//                  ^ reference call -
//                       ^ nothing
}

function Store(size) {
//       ^ definition function Store
  this.size = size
//     ^ reference read ?
}
Store.prototype.get = function get(key) {
//              ^ definition method Store.get
//                             ^ nothing
  return this.size
//            ^ reference read Store()
}
Store.create = (size) => new Store(size)
//    ^ definition method Store.create
//                           ^ reference call -

exports.limit = 4
//      ^ definition variable limit
exports.close = function () {}
//      ^ definition function close
//      ^ outlined
exports.open = open
//             ^ import - open open reexport
//             ^ reference read -
module.exports.inside = require('./inside')
//                              ^ import ./inside - inside reexport

module.exports = {
// <- outlined
  Store,
  // <- import - Store Store reexport
  // <- outlined
  opener: open,
//        ^ import - open opener reexport
  stop() {},
  // <- definition function stop
  start: () => path,
  // <- definition function start
  ready: true,
  // <- nothing
}
