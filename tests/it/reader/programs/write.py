#!/usr/bin/env python3
"""Writes the sheets in this folder again, each with the program named in README.md.

    pip install openpyxl==3.1.5 XlsxWriter==3.3.1 xlwt==1.3.0 pandas==3.1.1 odfpy msoffcrypto-tool
    npm install xlsx@0.18.5 exceljs@4.4.0          (in the folder that NODE_PATH names, with /node_modules)
    apt-get install libreoffice-calc gnumeric
    NODE_PATH=.../node_modules ./write.py [NAME ...]

A program puts the time of writing into its files, so the bytes differ from one writing to the next;
what the reader makes of them must not.
"""

import datetime
import pathlib
import subprocess
import sys
import tempfile

import msoffcrypto.format.ooxml
import openpyxl
import openpyxl.cell.rich_text
import openpyxl.utils.datetime
import openpyxl.comments
import openpyxl.formatting.rule
import openpyxl.styles
import openpyxl.worksheet.datavalidation
import pandas
import xlsxwriter
import xlwt

HERE = pathlib.Path(__file__).parent
HEADER = ["Campaign", "Start", "End", "Repeat every", "Owner"]
START = datetime.datetime(2037, 3, 2, 9, 0)
END = datetime.datetime(2037, 4, 30, 18, 0)


def openpyxl_formulas():
    """Dates, a time, a formula: the library writes formulas without their values."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Launch plan"
    sheet["A1"] = "Campaigns of spring"
    sheet.merge_cells("A1:E1")
    sheet.append([])
    sheet.append(["Campaign name *", "Start Date", "Start Time", "End Date/Time (local):", "Interval [days]", "Total"])
    sheet.append(["Spring | EU", START.date(), datetime.time(9, 0), END, 1, "=E4*2"])
    sheet.append(["Spring | US", START.date(), datetime.time(18, 29, 30), END.date(), 2.0, None])
    sheet.append([None])
    sheet.append(["=A4&\" again\"", START.date(), "9:00 AM", END, "weekly", None])
    sheet.append([7, START.date(), None, END, True, None])
    sheet.row_dimensions[5].hidden = True
    sheet.auto_filter.ref = "A3:F8"
    sheet.add_data_validation(openpyxl.worksheet.datavalidation.DataValidation("list", formula1='"daily,weekly"'))
    book.save(HERE / "openpyxl-formulas.xlsx")


def openpyxl_1904():
    """Days counted from 1904, and text of several fonts."""
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    rich = openpyxl.cell.rich_text
    bold = rich.TextBlock(rich.InlineFont(b=True), "Spring")
    sheet = book.active
    sheet.append(HEADER)
    sheet.append([rich.CellRichText(bold, " | EU"), START, END, "daily", "Retail"])
    sheet.append(["Spring | US", START.date(), END.date(), "Mon-Fri", "Retail"])
    book.save(HERE / "openpyxl-1904.xlsx")


def openpyxl_year():
    """How a team plans a year: groups above the header, sections, days with a column each, a summary beside."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Plan 2037"
    for row in [
        ["OUTBOUND PLAN 2037"],
        [],
        ["", "", "Window"],
        ["Region", "1. Campaign\n(as on the platform) *", "2. Start\n(local)", "3. End\n(local)", "Old start", "4. Repeat every", "Recurence", "Mon", "Tue", None, "Row Labels", "Count"],
        ["EMEA", "Spring | EU", START, END, START, 1, "daily", None, None, None, "EMEA", 2],
        [None, "Spring | UK", START, "30/04/2037", None, 2, "weekly", "x", None, None, "APAC", 1],
        [None, "Spring | DE", "03/04/2037 09:00", END, None, "Mon-Fri", None, None, "x"],
        ["APAC"],
        ["APAC", "Spring | JP", "13/04/2037", END, None, "every 3rd day"],
        ["Region", "1. Campaign", "2. Start", "3. End", "Old start", "4. Repeat every"],
        [None, "* times are local"],
    ]:
        sheet.append(row)
    for cells in ["A1:L1", "C3:D3", "A5:A7", "A8:L8"]:
        sheet.merge_cells(cells)
    sheet.column_dimensions["E"].hidden = True
    sheet.row_dimensions[6].hidden = True
    sheet.freeze_panes = "C5"
    sheet.auto_filter.ref = "A4:I9"
    sheet["B5"].comment = openpyxl.comments.Comment("ask first", "the planner")
    red = openpyxl.styles.PatternFill("solid", bgColor="FF0000")
    sheet.conditional_formatting.add("F5:F9", openpyxl.formatting.rule.CellIsRule(operator="greaterThan", formula=["3"], fill=red))
    book.save(HERE / "openpyxl-year.xlsx")


def xlsxwriter_table():
    """A table with its row of totals, computed dates, errors of every kind, and intervals in odd formats."""
    book = xlsxwriter.Workbook(HERE / "xlsxwriter-table.xlsx")
    date = book.add_format({"num_format": "[$-407]d. mmmm yyyy hh:mm;@"})
    sheet = book.add_worksheet("Plan")
    names = ["Spring | EU", "Spring | US", "Spring | UK", "Spring | DE", "Spring | FR", "Spring | JP"]
    columns = [{"header": "Campaign", "total_string": "Total"}, {"header": "Start"}, {"header": "End"}, {"header": "Interval", "total_function": "sum"}]
    sheet.add_table(0, 0, len(names) + 1, 3, {"columns": columns, "total_row": True, "data": [[name] for name in names]})
    for row, (start, end, interval, form) in enumerate([
        (50101.375, 50160.75, 1, "0%"),
        ("#N/A", 50160.75, "#REF!", None),
        (50101.375, "#DIV/0!", 2, '"every "0" days"'),
        ("#VALUE!", "#NAME?", "#NUM!", None),
        (50101.3749999999, 50160.99999999, 2, "[h]:mm"),
        (50101.375, 50160, 3, "yyyy-mm-dd"),
    ], start=1):
        sheet.write_formula(row, 1, "=DATE(2037,3,2)+TIME(9,0,0)", date, start)
        sheet.write_formula(row, 2, "=EDATE(B2,2)", date, end)
        sheet.write_formula(row, 3, "=1+0", book.add_format({"num_format": form} if form else {}), interval)
    sheet.freeze_panes(1, 1)
    sheet.protect("secret")
    book.close()


def libreoffice_1904():
    """Another program's booleans, and a bare number that counts from 1904, as LibreOffice saves them."""
    with tempfile.TemporaryDirectory() as folder:
        source = str(pathlib.Path(folder) / "libreoffice-1904.xlsx")
        book = xlsxwriter.Workbook(source, {"date_1904": True})
        date = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet = book.add_worksheet("Plan")
        sheet.write_row(0, 0, [*HEADER[:4], "Enable schedule"])
        for row, is_enabled in enumerate([True, False, True], start=1):
            sheet.write_row(row, 0, [f"Spring | {row}", 48639.375])
            sheet.write_datetime(row, 2, END, date)
            sheet.write_number(row, 3, row)
            sheet.write_boolean(row, 4, is_enabled)
        sheet.write_datetime(3, 1, START, date)
        book.close()
        convert(["soffice", "--headless", "--convert-to", "ods", "--outdir", str(HERE), source])


def xlsxwriter_many_sheets():
    """Notes first, a chart sheet, a hidden and a very hidden copy of the table, and the table."""
    book = xlsxwriter.Workbook(HERE / "xlsxwriter-many-sheets.xlsx")
    date = book.add_format({"num_format": 'dddd, d mmmm yyyy "at" hh:mm'})
    book.add_worksheet("Notes").write_column("A1", ["Read me", "Campaign and start are on the last tab"])
    chart = book.add_chart({"type": "column"})
    for name in ["Old", "Archive"]:
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ["Autumn | EU", 1, 2, 3])
    book.worksheets()[1].hide()
    book.worksheets()[2].very_hidden()
    sheet = book.add_worksheet("It's Q1 – go")
    sheet.write_row(0, 0, HEADER)
    bold = book.add_format({"bold": True})
    sheet.write_rich_string(1, 0, bold, "Spring", " | EU")
    sheet.write_datetime(1, 1, START, date)
    sheet.write_formula(1, 2, "=B2+59.375", date, 50161.75)
    sheet.write_formula(1, 3, '="every "&"day"', None, "every day")
    sheet.write_row(2, 0, ["Spring | US", "03/02/2037 09:00", "30/04/2037 18:00", 2])
    sheet.write_formula(3, 0, "=NA()", None, "#N/A")
    sheet.write_datetime(3, 1, START, date)
    sheet.write_datetime(3, 2, END, date)
    sheet.write_boolean(3, 3, True)
    sheet.write_row(5, 0, ["Spring | APAC", 50101.375, 50160, "2 weeks on Tue"])
    chart.add_series({"values": ["It's Q1 – go", 1, 1, 3, 1]})
    book.add_chartsheet("Chart").set_chart(chart)
    book.close()


def xlsxwriter_constant_memory():
    """Texts in the cells instead of a list of strings."""
    book = xlsxwriter.Workbook(HERE / "xlsxwriter-constant-memory.xlsx", {"constant_memory": True})
    date = book.add_format({"num_format": "dd.mm.yyyy hh:mm"})
    sheet = book.add_worksheet()
    for row, values in enumerate([HEADER, ["  Spring <&> \"EU\" ", START, END, "fortnightly", "Retail"]]):
        for column, value in enumerate(values):
            is_date = isinstance(value, datetime.datetime)
            sheet.write_datetime(row, column, value, date) if is_date else sheet.write_string(row, column, value)
    book.close()


def pandas_index():
    """A frame with its index: the first column has no header."""
    frame = pandas.DataFrame(
        [["Spring | EU", START, END, 1.0, None], ["Spring | US", START, END, 2.0, "Retail"], [None] * 5],
        columns=HEADER,
    )
    frame.to_excel(HERE / "pandas-index.xlsx")
    frame.to_excel(HERE / "pandas-index.ods", engine="odf")
    frame.to_csv(HERE / "pandas-index.csv")


def xlwt_dates():
    """BIFF 8 from a library that many exports still use."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Plan")
    date = xlwt.easyxf(num_format_str="yyyy-mm-dd hh:mm")
    time = xlwt.easyxf(num_format_str="hh:mm")
    sheet.write_merge(0, 0, 0, 4, "Campaigns of spring")
    for column, name in enumerate(["Campaign", "Start date", "Start time", "End", "Every N days", "Owner"]):
        sheet.write(2, column, name)
    sheet.write(3, 0, "Spring | EU – café")
    sheet.write(3, 1, START.date(), date)
    sheet.write(3, 2, datetime.time(9, 0), time)
    sheet.write(3, 3, END, date)
    sheet.write(3, 4, 3)
    sheet.write(5, 0, "Spring | US")
    sheet.write(5, 1, "2037-03-02")
    sheet.write(5, 2, 0.75)
    sheet.write(5, 3, xlwt.Formula("D4+1"), date)
    sheet.write(5, 4, True)
    book.add_sheet("Hidden").visibility = 1
    book.save(HERE / "xlwt-dates.xls")


LIBREOFFICE = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"
 xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2" office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.spreadsheet">
<office:automatic-styles>
<number:date-style style:name="N1"><number:day/><number:text>. </number:text><number:month number:textual="true"/><number:text> </number:text><number:year number:style="long"/><number:text> </number:text><number:hours/><number:text>:</number:text><number:minutes number:style="long"/></number:date-style>
<style:style style:name="d" style:family="table-cell" style:data-style-name="N1"/>
<style:style style:name="hidden" style:family="table"><style:table-properties table:display="false"/></style:style>
</office:automatic-styles>
<office:body><office:spreadsheet>
<table:table table:name="Plan">
<table:table-row><table:table-cell table:number-columns-spanned="4" office:value-type="string"><text:p>Campaigns of spring</text:p></table:table-cell></table:table-row>
<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>
<table:table-row>%(header)s</table:table-row>
<table:table-row><table:table-cell office:value-type="string"><text:p>Spring | EU – café</text:p></table:table-cell>%(start)s%(end)s<table:table-cell office:value-type="float" office:value="1"/></table:table-row>
<table:table-row table:number-rows-repeated="2"><table:table-cell office:value-type="string"><text:p>Spring | US</text:p></table:table-cell>%(start)s<table:table-cell table:style-name="d" table:formula="of:=[.C6]+1" office:value-type="date"/><table:table-cell office:value-type="string"><text:p>Mon/Wed/Fri</text:p></table:table-cell></table:table-row>
<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>
<table:table-row><table:table-cell table:formula="of:=NA()" office:value-type="string"/>%(start)s%(end)s<table:table-cell office:value-type="percentage" office:value="0.5"/></table:table-row>
<table:table-row><table:table-cell office:value-type="string"><text:p>Two</text:p><text:p>lines</text:p></table:table-cell>%(start)s<table:table-cell office:value-type="string"><text:p>30 April 2037, 6 pm</text:p></table:table-cell><table:table-cell office:value-type="boolean" office:boolean-value="true"/></table:table-row>
</table:table>
<table:table table:name="Old" table:style-name="hidden"><table:table-row>%(header)s</table:table-row></table:table>
</office:spreadsheet></office:body></office:document>
"""


def convert(command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def libreoffice_plan():
    """One document in each format that the program writes: formulas are computed as it opens it."""
    texts = HEADER[:4]
    header = "".join(f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>' for text in texts)
    date = '<table:table-cell table:style-name="d" office:value-type="date" office:date-value="%s"/>'
    parts = {"header": header, "start": date % START.isoformat(), "end": date % END.isoformat()}
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "libreoffice-plan.fods"
        source.write_text(LIBREOFFICE % parts)
        for form in ["ods", "xlsx", "xls"]:
            convert(["soffice", "--headless", "--convert-to", form, "--outdir", str(HERE), str(source)])


def gnumeric_plan():
    """The document of LibreOffice, as another program saves it."""
    source = str(HERE / "libreoffice-plan.xlsx")
    for form, name in [("Gnumeric_Excel:xlsx", "xlsx"), ("Gnumeric_Excel:excel_biff8", "xls"), ("Gnumeric_OpenCalc:odf", "ods")]:
        convert(["ssconvert", "--export-type", form, source, str(HERE / f"gnumeric-plan.{name}")])


SHEETJS = """
const XLSX = require("xlsx");
const rows = [
  ["campaignName", "startDateTime", "endDateTime", "onceEveryNdays", "Owner"],
  ["Spring | EU – café", new Date(Date.UTC(2037, 2, 2, 9)), new Date(Date.UTC(2037, 3, 30, 18)), 1, "Retail"],
  [],
  ["Spring | US", "2037-03-02 09:00", "2037-04-30T18:00:00", "Mon-Fri", null],
  ["Spring | APAC", 50101.375, 50160, true],
];
const sheet = XLSX.utils.aoa_to_sheet(rows, { UTC: true });
sheet["A6"] = { t: "e", v: 0x2a, w: "#N/A" };
sheet["B6"] = { t: "n", v: 50101, f: "B2-0.375", z: "yyyy-mm-dd" };
sheet["!ref"] = "A1:E6";
const book = XLSX.utils.book_new();
XLSX.utils.book_append_sheet(book, XLSX.utils.aoa_to_sheet([["Notes"], ["see the next tab"]]), "Notes");
XLSX.utils.book_append_sheet(book, sheet, "Plan");
XLSX.utils.book_append_sheet(book, sheet, "Old");
book.Workbook = { Sheets: [{ Hidden: 0 }, { Hidden: 0 }, { Hidden: 2 }], Views: [{}] };
for (const [type, name] of [["xlsb", "xlsb"], ["biff8", "xls"], ["biff5", "biff5.xls"], ["xlsx", "xlsx"], ["ods", "ods"], ["xlml", "xml.xls"]])
  XLSX.writeFile(book, process.argv[1] + "/sheetjs-plan." + name, { bookType: type, compression: true });
"""

EXCELJS = """
const ExcelJS = require("exceljs");
const book = new ExcelJS.Workbook();
const sheet = book.addWorksheet("Plan", { views: [{ state: "frozen", ySplit: 1 }] });
sheet.columns = [["Campaign", "name"], ["Start", "start"], ["End", "end"], ["Interval (days)", "every"]].map(([header, key]) => ({ header, key }));
const start = new Date(Date.UTC(2037, 2, 2, 9)), end = new Date(Date.UTC(2037, 3, 30, 18));
sheet.addRow({ name: { richText: [{ font: { bold: true }, text: "Spring" }, { text: " | EU" }] }, start, end, every: 1 });
sheet.addRow({ name: { text: "Spring | US", hyperlink: "https://example.com/" }, start, end: { formula: "C2+1", result: end }, every: { formula: "1+1", result: 2 } });
sheet.addRow({ name: { formula: "A2" }, start, end, every: { error: "#REF!" } });
book.xlsx.writeFile(process.argv[1] + "/exceljs-plan.xlsx");
"""


def sheetjs_plan():
    """The formats that no other free program writes, XLSB among them."""
    convert(["node", "-e", SHEETJS, str(HERE)])


def exceljs_plan():
    """Rich text, a link, formulas with and without values."""
    convert(["node", "-e", EXCELJS, str(HERE)])


def encrypted():
    """With a password."""
    with open(HERE / "xlsxwriter-constant-memory.xlsx", "rb") as plain, open(HERE / "encrypted.xlsx", "wb") as out:
        msoffcrypto.format.ooxml.OOXMLFile(plain).encrypt("secret", out)


ALL = [
    openpyxl_formulas,
    openpyxl_1904,
    openpyxl_year,
    xlsxwriter_many_sheets,
    xlsxwriter_table,
    xlsxwriter_constant_memory,
    pandas_index,
    xlwt_dates,
    libreoffice_plan,
    libreoffice_1904,
    gnumeric_plan,
    sheetjs_plan,
    exceljs_plan,
    encrypted,
]

if __name__ == "__main__":
    for write in ALL:
        if not sys.argv[1:] or write.__name__ in sys.argv[1:]:
            write()
