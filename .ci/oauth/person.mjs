// A person who signs in: opens a page in Chromium, types a name, and grants what is asked for.
//   person.mjs URL NAME [CODE]
import puppeteer from 'puppeteer-core';

const [, , url, name, code] = process.argv;
const browser = await puppeteer.launch({ executablePath: process.env.CHROMIUM, headless: true, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
try {
  const page = await browser.newPage();
  page.setDefaultTimeout(20000);
  await page.goto(url);
  const press = async (selector) => Promise.all([page.waitForNavigation(), page.click(selector)]);
  if (code) {
    await page.waitForSelector('input[name=user_code]');
    await page.type('input[name=user_code]', code);
    await press('button[type=submit]');
    await press('button[type=submit]'); // it is the code that was shown
  }
  await page.waitForSelector('input[name=login]');
  await page.$eval('input[name=login]', (field) => { field.value = ''; }); // it may have a hint in it
  await page.type('input[name=login]', name);
  await page.type('input[name=password]', 'any');
  await press('button[type=submit]');
  await page.waitForSelector('button[type=submit]');
  await press('button[type=submit]'); // grants
  console.log((await page.evaluate(() => document.body.innerText)).trim());
} finally {
  await browser.close();
}
