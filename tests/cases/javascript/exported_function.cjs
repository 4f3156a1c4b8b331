'use strict'
const helper = require('./helper')
//    ^ import ./helper - helper require
module.exports = function (options) {
//     ^ definition function exports
//               ^ import - exports export= reexport
  return helper(options)
//       ^ reference call -
//              ^ nothing
}
