.h
