@{
    RootModule        = 'Shop.psm1'
#                       ^ import ./Shop.psm1 - - require
    NestedModules     = @('Nested/Part.psm1')
#                         ^ import Nested/Part.psm1 - - require
    RequiredModules   = @('Pester')
#                         ^ nothing
    FunctionsToExport = @('Get-Order', "Double-It", '*')
#                          ^ reference read -
#                                       ^ reference read -
#                                                    ^ nothing
}
