// Package wording makes the small pieces that sentences on the screen are made of: counts, sizes and
// times, and text of others without what could move the cursor.
package wording
