module.exports = require('./lib/main.js')
//                       ^ import ./lib/main.js * - reexport
