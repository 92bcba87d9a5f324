package sheet

import (
	"encoding/csv"
	"io"
	"strings"
)

// Write writes rows as CSV, so that no cell is taken for a formula.
func Write(w io.Writer, rows [][]string) error {
	harmless := make([][]string, len(rows))
	for i, row := range rows {
		harmless[i] = make([]string, len(row))
		for j, cell := range row {
			harmless[i][j] = Harmless(cell)
		}
	}
	return writeRecords(w, harmless)
}

func writeRecords(w io.Writer, rows [][]string) error {
	out := csv.NewWriter(w)
	if err := out.WriteAll(rows); err != nil {
		return err
	}
	return out.Error()
}

// Harmless is a text that a spreadsheet does not take for a formula.
func Harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r\n", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
