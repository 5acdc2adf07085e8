"""Clause 4: the Wi-Fi commands, one file per heading; a triple X, X_CUR, X_DEF shares one."""
