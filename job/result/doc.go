// Package result keeps the results log of a mailing: a CSV file with one
// record an attempt, one physical line a record, only ever appended to.
package result
