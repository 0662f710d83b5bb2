app/m.py
