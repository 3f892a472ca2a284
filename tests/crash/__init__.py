"""Faults put into a running archive: kills at system calls, missing syncs, full disks, damage."""
