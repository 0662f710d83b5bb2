module a
go 1.22
require 2
