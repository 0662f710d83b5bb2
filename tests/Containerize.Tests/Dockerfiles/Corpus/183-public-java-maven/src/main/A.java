src/main/A.java
