.i
