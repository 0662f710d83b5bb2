app.py
