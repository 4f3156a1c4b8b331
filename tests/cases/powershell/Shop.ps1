using module ./Price.psm1
#            ^ import ./Price.psm1 - - require
param([string] $Root, [int]$Most = 3)
#              ^ definition variable $Root
#                          ^ type int()
. $PSScriptRoot/Helpers.ps1
# ^ import ./Helpers.ps1 - - include
. "$PSScriptRoot\More.ps1"
# ^ import ./More.ps1 - - include
. (Join-Path $PSScriptRoot 'Joined.ps1')
# ^ import ./Joined.ps1 - - include
. ($PSCommandPath.Replace('.Tests.ps1', '.ps1'))
# ^ import <tested>.ps1 - - include
& ./Run.ps1 -Fast
# ^ import ./Run.ps1 - - dynamic
Import-Module "$PSScriptRoot/../Tools/Tools.psd1" -Force
#             ^ import ./../Tools/Tools.psd1 - - require
Import-Module -Name Pester
#                   ^ import Pester - - require
Import-Module $given
# <- nothing
$script:Orders = @{ Price = 1 }
# <- definition variable $Orders
#                   ^ nothing
[Basket] $basket = $null
#        ^ definition variable $basket
#        ^ type Basket()
$made = New-Object Basket
# <- definition variable $made

# Says hello.
function Get-Order {
#        ^ definition function Get-Order
#        ^ doc Gets an order.
# <- outlined
    <#
    .SYNOPSIS
        Gets an order.
# <- outlined
    .DESCRIPTION
        At length.
# <- hidden
    #>
    [CmdletBinding()]
    [OutputType([Order])]
    param (
        [Parameter(Mandatory = $true)]
# <- hidden
        [ValidateSet('a', 'b')]
        [Order] $Name,
#        ^ reference type -
#               ^ nothing
# <- outlined
        [switch] $Fast
#        ^ nothing
    )
    begin { $begun = 1 }
    process {
        $order = [Order]::new($Name)
#        ^ nothing
#                 ^ reference type -
        $order.Price.Round($begun)
#              ^ reference read Order()
#                    ^ reference call Order().Price
#                          ^ nothing
        $Name.Total
#             ^ reference read Order()
        $cast = [Basket] $order
        $cast.Add()
#             ^ reference call Basket()
        $built = New-Object -TypeName Basket
        $built.Drop()
#              ^ reference call Basket()
        foreach ($each in Find-Orders -Name $Name | Where-Object { $_.Price -gt 1 }) {
#                         ^ reference call -
#                                           ^ nothing
#                                                   ^ nothing
            Write-Host "a $each $(Format-Order $each)"
#           ^ nothing
#                                 ^ reference call -
        }
        $script:Orders.Price = $Most + $free
#        ^ nothing
#                              ^ reference read -
#                                      ^ reference read -
        return [Order]::Default
#                       ^ reference read Order
    }
}

<#
.SYNOPSIS
Doubles.
#>
filter Double-It($value, [Order[]] $many) { $value * 2; $many.Count }
#      ^ definition function Double-It
#      ^ doc Doubles.
#                                           ^ nothing
#                                                             ^ reference read ?

function script:Hidden-Thing {
#        ^ definition function Hidden-Thing
    function Inner { 1 }
#            ^ definition function Hidden-Thing.Inner
    Inner
#   ^ reference call -
}

class Base { [int] $Price }
#     ^ definition class Base

class Order : Base, IDisposable {
#     ^ definition class Order
#     ^ bases Base,IDisposable
#             ^ reference inherit -
    [Basket] $Basket
#            ^ definition field Order.Basket
#            ^ type Basket()
    static [Order] $Default = [Order]::new(1)
#                  ^ definition field Order.Default
    Order([int] $price) : base($price) { $this.Price = $price }
#   ^ definition method Order.Order
#                                              ^ reference read Order()
#                                                      ^ nothing
    [Order] Half([int] $by) { return $this.Basket.Take($by) }
#           ^ definition method Order.Half
#           ^ type Order()
#                                          ^ reference read Order()
#                                                 ^ reference call Order().Basket
}

[Flags()]
enum State { Open; Closed = 2 }
#    ^ definition enum State
#            ^ definition constant State.Open

Describe 'Orders' {
# <- outlined
    BeforeAll {
        function New-Basket { 1 }
#                ^ definition function New-Basket
    }
    It "finds one" {
# <- outlined
        function Get-Fake { 1 }
        $local = Get-Fake
#        ^ nothing
#                ^ nothing
        New-Basket | Should -Be $local
#       ^ reference call -
#                    ^ nothing
#                               ^ nothing
    }
}
$sizes = 50KB, (Get-Item $Root\a\b.txt).Length
#               ^ nothing
Get-Module Axiom, Format | Remove-Module
$lines.ForEach({ Show-Line $_ })
#                ^ reference call -
