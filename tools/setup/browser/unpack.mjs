// Unpacks the package's Chromium, with the libraries that it needs besides, into TMPDIR.
import chromium from "@sparticuz/chromium";

await chromium.executablePath();
