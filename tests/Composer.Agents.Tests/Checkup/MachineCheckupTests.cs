using Composer.Agents.Checkup;

namespace Composer.Agents.Tests.Checkup;

public class MachineCheckupTests
{
    [Theory]
    [InlineData("ext2", false)]
    [InlineData("xfs", false)]
    [InlineData("tmpfs", false)]
    [InlineData("overlay", false)]
    [InlineData(null, false)]
    [InlineData("nfs", true)]
    [InlineData("nfs4", true)]
    [InlineData("lustre", true)]
    [InlineData("gpfs", true)]
    [InlineData("beegfs", true)]
    [InlineData("ceph", true)]
    [InlineData("smb2", true)]
    [InlineData("fuse.sshfs", true)]
    public void An_index_on_a_file_system_of_several_machines_is_told_with_the_way_off_it(string? format, bool isTold)
    {
        var findings = MachineCheckup.IndexOn(format, null).ToArray();

        Assert.Equal(isTold ? 1 : 0, findings.Length);
        Assert.All(findings, f => Assert.Contains("COMPOSER_INDEX", Assert.Single(f.Remedies), StringComparison.Ordinal));
    }
}
