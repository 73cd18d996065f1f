//! Loads a verified bundle and decides requests. No I/O, no clock.
