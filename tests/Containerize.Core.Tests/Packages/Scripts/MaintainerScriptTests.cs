using Containerize.Packages.Scripts;

namespace Containerize.Core.Tests.Packages.Scripts;

public sealed class MaintainerScriptTests
{
    [Theory]
    [InlineData(
        "#!/bin/sh\nset -e\n# Automatically added by dh_makeshlibs/13\nldconfig\n# End automatically added "
            + "section\nexit 0\n"
    )]
    [InlineData(
        "#!/bin/sh\nset -e\ncase \"$1\" in\n  configure|reconfigure)\n    ;;\n  *)\n    echo \"unknown\" "
            + ">&2\n    exit 1\n    ;;\nesac\n"
    )]
    [InlineData(
        "#!/bin/sh\n# Automatically added by dh_python3\nif command -v py3compile >/dev/null; then\n "
            + "py3compile -p x\nfi\n# End automatically added section\n"
    )]
    [InlineData(
        "#!/bin/sh\nupdate-alternatives --install /usr/bin/x x /usr/bin/x1 10 \\\n  --slave "
            + "/usr/share/man/x.1 x.1 /usr/share/man/x1.1\n"
    )]
    [InlineData("#!/bin/sh\nif [ \"$1\" = configure ] && [ -z \"$2\" ]; then\n  ldconfig\nfi\n")]
    public void Some_scripts_do_nothing_that_an_image_would_miss(string text) =>
        Assert.True(MaintainerScript.Read(text).IsTrivial);

    [Theory]
    [InlineData("#!/bin/sh\nadduser --system nobody2\n")]
    [InlineData("#!/bin/sh\nset -e\nif [ \"$1\" = configure ]; then\n  chown root:games /usr/games/x\nfi\n")]
    [InlineData(
        "#!/bin/sh\n# Automatically added by dh_installsysusers/13\nsystemd-sysusers x.conf\n# End "
            + "automatically added section\n"
    )]
    [InlineData("#!/bin/sh\nupdate-alternatives --install /usr/bin/x x $prog 10\n")]
    [InlineData("#!/bin/sh\ntrue && mkdir /var/lib/x\n")]
    public void Others_do(string text) => Assert.False(MaintainerScript.Read(text).IsTrivial);

    [Fact]
    public void Alternatives_are_read_from_a_script()
    {
        var choice = Assert.Single(
            MaintainerScript
                .Read(
                    "update-alternatives --install /usr/bin/x x /usr/bin/x1 10 \\\n --slave /usr/bin/y y "
                        + "/usr/bin/y1 >/dev/null\n"
                )
                .Alternatives
        );
        Assert.Equal(("/usr/bin/x", "x", "/usr/bin/x1", 10), (choice.Link, choice.Name, choice.Path, choice.Priority));
        Assert.Equal([("/usr/bin/y", "y", "/usr/bin/y1")], choice.Slaves);
    }
}
