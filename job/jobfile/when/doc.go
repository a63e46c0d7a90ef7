// Package when has what a job file says of time: rates, quotas and windows, and the
// moment at which a run is to begin. It tells from them when each message of a
// mailing may go. It has no clock.
package when
