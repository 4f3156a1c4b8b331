class Thing {}
export = Thing
//       ^ import - Thing export= reexport
//       ^ reference read -
