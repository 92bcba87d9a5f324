// Package maybe is for values that may be missing: nil in Go, null in the database and
// in JSON.
package maybe

// Of is a pointer to the value, or nil for the zero value, which stands for none.
func Of[T comparable](value T) *T {
	var none T
	if value == none {
		return nil
	}
	return &value
}

// Value is what the pointer points to, or the zero value for nil.
func Value[T any](p *T) (value T) {
	if p != nil {
		value = *p
	}
	return value
}
