package exact

import "strings"

// Grouped sets commas between the thousands of a number without a sign: "8400.00" is
// "8,400.00".
func Grouped(digits string) string {
	whole, fraction, has := strings.Cut(digits, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if has {
		whole += "." + fraction
	}
	return whole
}
