// Package reasons puts rows that were not sent into groups by why they were not, with the first few
// of each by name. Its memory does not grow with the rows.
package reasons
