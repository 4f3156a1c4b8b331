define(['./listed'], function (require, exports) {
  const part = require('./part')
  //    ^ import ./part - part require
  exports.go = () => part.go()
  //      ^ definition function go
})
(function (table) { table[0]() })([
  function (require, module, exports) {
    var inner = require('./inner')
    //  ^ nothing
    module.exports = function () { return inner }
  },
])
