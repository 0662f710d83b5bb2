go.mod
