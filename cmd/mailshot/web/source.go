// Package web shows letters or messages on a page that only this machine, and on it only the browser that
// was given the address, can look at. Nothing can be changed or sent from it.
//
//	source.go  what a page shows, and what it is asked for
//	server.go  the server, from the address to its end
//	guard.go   who may look, and what a browser may do with what it gets
//	site.go    the paths
//	list.go    the page with all entries
//	letter.go  the page of one, and its source
//	frame.go   the HTML of a letter, for a frame in which nothing runs and which fetches nothing
//	files.go   what is handed out as a file
//	page/      the pages, their style and their script
package web

import "context"

// A Source has what a site shows. It is safe for concurrent use.
type Source interface {
	// List returns one page of the entries that a query asks for.
	List(ctx context.Context, q Query) (*List, error)

	// Open returns an entry with its message and its place among those that a query asks for; nil if
	// there is none with this ID.
	Open(ctx context.Context, q Query, id string) (*Item, error)
}

// A Query asks for entries. The zero value but for Page asks for all.
type Query struct {
	Words string // that entries have
	Only  string // the Only of a filter; "": all
	Page  int    // of PageSize entries each, from 1
}

// PageSize is how many entries are on a page.
const PageSize = 100

// Skip returns how many entries are on the pages before.
func (q Query) Skip() int { return (q.Page - 1) * PageSize }

// A List is a page of entries.
type List struct {
	Entries []Entry // of this page
	Found   int     // that the query asks for
	Total   int
	Filters []Filter
	Notices []Notice // of all entries together
	Busy    string   // what is not known yet; "": nothing
}

// A Filter is a kind of entries.
type Filter struct {
	Only, Label string
	Count       int
}

// A Notice is what there is to say of all entries together.
type Notice struct {
	Heading string
	Lines   []string
}

// An Entry is a letter or a message.
type Entry struct {
	ID     string // in addresses
	Name   string // "row 17"
	To     string
	Detail string // one line
	Marks  []Mark
}

// A Mark says that something is special about an entry.
type Mark struct {
	Kind string // "bad", "out", "doubt" or "outlier"
	Text string
}

// An Item is an entry with its message.
type Item struct {
	Entry
	Place  int // among those found, from 1; 0: it is none of them
	Found  int
	Before string // the ID of the entry before it; "": there is none
	After  string
	Octets []byte // the message; nil: there is none
	Failed string // why there is none, though there should be
	Hidden string // who gets it and is not named in it
	Cells  []Cell
}

// A Cell is a cell of the row that a letter is made of.
type Cell struct{ Column, Value string }
