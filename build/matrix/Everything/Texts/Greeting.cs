using System.Globalization;
using System.Resources;

namespace Texts
{
    public static class Greeting
    {
        private static readonly ResourceManager Resources = new ResourceManager(
            "Texts.Words",
            typeof(Greeting).Assembly
        );

        public static string In(CultureInfo culture) => Resources.GetString("hello", culture);
    }
}
