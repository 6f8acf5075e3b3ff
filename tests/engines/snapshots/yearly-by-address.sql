-- Cells by dyad and year of GDELT 2.0 events, 2018-03-01 to 2018-04-10.
-- Duplicates: same-url; quad classes: cameo-gdelt; weights: GDELT's own.
-- Rows between two different states, added on these days, dated on these days.
-- A missing file looks like a quiet day here: no column says what was covered.
-- Cost: the partitions of 2018-03-01 to 2018-04-11 only, by the columns
-- named, some 160 bytes for each of 100,000 to 250,000 rows a day. To be told the
-- bytes before they are billed: bq query --dry_run --use_legacy_sql=false < FILE
WITH `t1` AS (
  SELECT
    SAFE_CAST(REGEXP_REPLACE(CAST(`t0`.`SQLDATE` AS STRING), '^(\\d{4})(\\d{2})(\\d{2})$', '\\1-\\2-\\3') AS DATE) AS `event_date`,
    CASE `t0`.`Actor1CountryCode`
      WHEN 'IMY'
      THEN 'IMN'
      WHEN 'MTN'
      THEN 'MNE'
      WHEN 'WSB'
      THEN 'PSE'
      WHEN 'GZS'
      THEN 'PSE'
      WHEN 'ROM'
      THEN 'ROU'
      WHEN 'TMP'
      THEN 'TLS'
      WHEN 'KSV'
      THEN 'XKX'
      ELSE `t0`.`Actor1CountryCode`
    END AS `source`,
    CASE `t0`.`Actor2CountryCode`
      WHEN 'IMY'
      THEN 'IMN'
      WHEN 'MTN'
      THEN 'MNE'
      WHEN 'WSB'
      THEN 'PSE'
      WHEN 'GZS'
      THEN 'PSE'
      WHEN 'ROM'
      THEN 'ROU'
      WHEN 'TMP'
      THEN 'TLS'
      WHEN 'KSV'
      THEN 'XKX'
      ELSE `t0`.`Actor2CountryCode`
    END AS `target`,
    `t0`.`EventCode` AS `code`,
    `t0`.`EventRootCode` AS `root`,
    NULLIF(`t0`.`SOURCEURL`, '') AS `url_hash`,
    `t0`.`QuadClass` AS `quad`,
    CASE WHEN IS_NAN(`t0`.`GoldsteinScale`) THEN NULL ELSE `t0`.`GoldsteinScale` END AS `weight`,
    CASE
      WHEN IS_NAN(CAST(`t0`.`NumMentions` AS FLOAT64))
      THEN NULL
      ELSE CAST(`t0`.`NumMentions` AS FLOAT64)
    END AS `mentions`
  FROM `gdelt-bq`.`gdeltv2`.`events_partitioned` AS `t0`
  WHERE
    `t0`.`_PARTITIONTIME` >= TIMESTAMP('2018-03-01T00:00:00+00:00')
    AND `t0`.`_PARTITIONTIME` < TIMESTAMP('2018-04-12T00:00:00+00:00')
    AND `t0`.`DATEADDED` BETWEEN 20180301000000 AND 20180410235959
    AND `t0`.`SQLDATE` BETWEEN 20180301 AND 20180410
    AND `t0`.`EventRootCode` IN (
      '01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12', '13', '14', '15',
      '16', '17', '18', '19', '20'
    )
    AND `t0`.`Actor1CountryCode` IN (
      'ABW', 'AFG', 'AGO', 'AIA', 'ALA', 'ALB', 'AND', 'ARE', 'ARG', 'ARM', 'ASM', 'ATG', 'AUS',
      'AUT', 'AZE', 'BDI', 'BEL', 'BEN', 'BFA', 'BGD', 'BGR', 'BHR', 'BHS', 'BIH', 'BLR', 'BLZ',
      'BMU', 'BOL', 'BRA', 'BRB', 'BRN', 'BTN', 'BWA', 'CAF', 'CAN', 'CHE', 'CHL', 'CHN', 'CIV',
      'CMR', 'COD', 'COG', 'COK', 'COL', 'COM', 'CPV', 'CRI', 'CUB', 'CYM', 'CYP', 'CZE', 'DEU',
      'DJI', 'DMA', 'DNK', 'DOM', 'DZA', 'ECU', 'EGY', 'ERI', 'ESH', 'ESP', 'EST', 'ETH', 'FIN',
      'FJI', 'FLK', 'FRA', 'FRO', 'FSM', 'GAB', 'GBR', 'GEO', 'GHA', 'GIB', 'GIN', 'GLP', 'GMB',
      'GNB', 'GNQ', 'GRC', 'GRD', 'GRL', 'GTM', 'GUF', 'GUM', 'GUY', 'GZS', 'HKG', 'HND', 'HRV',
      'HTI', 'HUN', 'IDN', 'IMY', 'IND', 'IRL', 'IRN', 'IRQ', 'ISL', 'ISR', 'ITA', 'JAM', 'JOR',
      'JPN', 'KAZ', 'KEN', 'KGZ', 'KHM', 'KIR', 'KNA', 'KOR', 'KSV', 'KWT', 'LAO', 'LBN', 'LBR',
      'LBY', 'LCA', 'LIE', 'LKA', 'LSO', 'LTU', 'LUX', 'LVA', 'MAC', 'MAR', 'MCO', 'MDA', 'MDG',
      'MDV', 'MEX', 'MHL', 'MKD', 'MLI', 'MLT', 'MMR', 'MNG', 'MNP', 'MOZ', 'MRT', 'MSR', 'MTN',
      'MTQ', 'MUS', 'MWI', 'MYS', 'MYT', 'NAM', 'NCL', 'NER', 'NFK', 'NGA', 'NIC', 'NIU', 'NLD',
      'NOR', 'NPL', 'NRU', 'NZL', 'OMN', 'PAK', 'PAN', 'PCN', 'PER', 'PHL', 'PLW', 'PNG', 'POL',
      'PRI', 'PRK', 'PRT', 'PRY', 'PSE', 'PYF', 'QAT', 'REU', 'ROM', 'RUS', 'RWA', 'SAU', 'SDN',
      'SEN', 'SGP', 'SHN', 'SJM', 'SLB', 'SLE', 'SLV', 'SMR', 'SOM', 'SPM', 'SRB', 'SSD', 'STP',
      'SUR', 'SVK', 'SVN', 'SWE', 'SWZ', 'SYC', 'SYR', 'TCA', 'TCD', 'TGO', 'THA', 'TJK', 'TKL',
      'TKM', 'TMP', 'TON', 'TTO', 'TUN', 'TUR', 'TUV', 'TWN', 'TZA', 'UGA', 'UKR', 'URY', 'USA',
      'UZB', 'VAT', 'VCT', 'VEN', 'VGB', 'VIR', 'VNM', 'VUT', 'WLF', 'WSB', 'WSM', 'YEM', 'ZAF',
      'ZMB', 'ZWE'
    )
    AND `t0`.`Actor2CountryCode` IN (
      'ABW', 'AFG', 'AGO', 'AIA', 'ALA', 'ALB', 'AND', 'ARE', 'ARG', 'ARM', 'ASM', 'ATG', 'AUS',
      'AUT', 'AZE', 'BDI', 'BEL', 'BEN', 'BFA', 'BGD', 'BGR', 'BHR', 'BHS', 'BIH', 'BLR', 'BLZ',
      'BMU', 'BOL', 'BRA', 'BRB', 'BRN', 'BTN', 'BWA', 'CAF', 'CAN', 'CHE', 'CHL', 'CHN', 'CIV',
      'CMR', 'COD', 'COG', 'COK', 'COL', 'COM', 'CPV', 'CRI', 'CUB', 'CYM', 'CYP', 'CZE', 'DEU',
      'DJI', 'DMA', 'DNK', 'DOM', 'DZA', 'ECU', 'EGY', 'ERI', 'ESH', 'ESP', 'EST', 'ETH', 'FIN',
      'FJI', 'FLK', 'FRA', 'FRO', 'FSM', 'GAB', 'GBR', 'GEO', 'GHA', 'GIB', 'GIN', 'GLP', 'GMB',
      'GNB', 'GNQ', 'GRC', 'GRD', 'GRL', 'GTM', 'GUF', 'GUM', 'GUY', 'GZS', 'HKG', 'HND', 'HRV',
      'HTI', 'HUN', 'IDN', 'IMY', 'IND', 'IRL', 'IRN', 'IRQ', 'ISL', 'ISR', 'ITA', 'JAM', 'JOR',
      'JPN', 'KAZ', 'KEN', 'KGZ', 'KHM', 'KIR', 'KNA', 'KOR', 'KSV', 'KWT', 'LAO', 'LBN', 'LBR',
      'LBY', 'LCA', 'LIE', 'LKA', 'LSO', 'LTU', 'LUX', 'LVA', 'MAC', 'MAR', 'MCO', 'MDA', 'MDG',
      'MDV', 'MEX', 'MHL', 'MKD', 'MLI', 'MLT', 'MMR', 'MNG', 'MNP', 'MOZ', 'MRT', 'MSR', 'MTN',
      'MTQ', 'MUS', 'MWI', 'MYS', 'MYT', 'NAM', 'NCL', 'NER', 'NFK', 'NGA', 'NIC', 'NIU', 'NLD',
      'NOR', 'NPL', 'NRU', 'NZL', 'OMN', 'PAK', 'PAN', 'PCN', 'PER', 'PHL', 'PLW', 'PNG', 'POL',
      'PRI', 'PRK', 'PRT', 'PRY', 'PSE', 'PYF', 'QAT', 'REU', 'ROM', 'RUS', 'RWA', 'SAU', 'SDN',
      'SEN', 'SGP', 'SHN', 'SJM', 'SLB', 'SLE', 'SLV', 'SMR', 'SOM', 'SPM', 'SRB', 'SSD', 'STP',
      'SUR', 'SVK', 'SVN', 'SWE', 'SWZ', 'SYC', 'SYR', 'TCA', 'TCD', 'TGO', 'THA', 'TJK', 'TKL',
      'TKM', 'TMP', 'TON', 'TTO', 'TUN', 'TUR', 'TUV', 'TWN', 'TZA', 'UGA', 'UKR', 'URY', 'USA',
      'UZB', 'VAT', 'VCT', 'VEN', 'VGB', 'VIR', 'VNM', 'VUT', 'WLF', 'WSB', 'WSM', 'YEM', 'ZAF',
      'ZMB', 'ZWE'
    )
)
SELECT
  `t14`.`period`,
  `t14`.`source`,
  `t14`.`target`,
  `t14`.`events`,
  `t14`.`root_01`,
  `t14`.`root_02`,
  `t14`.`root_03`,
  `t14`.`root_04`,
  `t14`.`root_05`,
  `t14`.`root_06`,
  `t14`.`root_07`,
  `t14`.`root_08`,
  `t14`.`root_09`,
  `t14`.`root_10`,
  `t14`.`root_11`,
  `t14`.`root_12`,
  `t14`.`root_13`,
  `t14`.`root_14`,
  `t14`.`root_15`,
  `t14`.`root_16`,
  `t14`.`root_17`,
  `t14`.`root_18`,
  `t14`.`root_19`,
  `t14`.`root_20`,
  `t14`.`quad_1`,
  `t14`.`quad_2`,
  `t14`.`quad_3`,
  `t14`.`quad_4`,
  `t14`.`weight_sum`,
  `t14`.`weight_sum_squares`,
  `t14`.`mentions`,
  `t14`.`source_total`,
  `t14`.`target_total`,
  `t14`.`world_total`
FROM (
  SELECT
    `t13`.`period`,
    `t13`.`source`,
    `t13`.`target`,
    `t13`.`events`,
    `t13`.`root_01`,
    `t13`.`root_02`,
    `t13`.`root_03`,
    `t13`.`root_04`,
    `t13`.`root_05`,
    `t13`.`root_06`,
    `t13`.`root_07`,
    `t13`.`root_08`,
    `t13`.`root_09`,
    `t13`.`root_10`,
    `t13`.`root_11`,
    `t13`.`root_12`,
    `t13`.`root_13`,
    `t13`.`root_14`,
    `t13`.`root_15`,
    `t13`.`root_16`,
    `t13`.`root_17`,
    `t13`.`root_18`,
    `t13`.`root_19`,
    `t13`.`root_20`,
    `t13`.`quad_1`,
    `t13`.`quad_2`,
    `t13`.`quad_3`,
    `t13`.`quad_4`,
    `t13`.`weight_sum`,
    `t13`.`weight_sum_squares`,
    `t13`.`mentions`,
    `t13`.`world_total`,
    COALESCE(
      SUM(`t13`.`events`) OVER (
        PARTITION BY `t13`.`period`, `t13`.`source`
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
      ),
      0
    ) AS `source_total`,
    COALESCE(
      SUM(`t13`.`events`) OVER (
        PARTITION BY `t13`.`period`, `t13`.`target`
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
      ),
      0
    ) AS `target_total`
  FROM (
    SELECT
      `t12`.`period`,
      `t12`.`source`,
      `t12`.`target`,
      `t12`.`events`,
      `t12`.`root_01`,
      `t12`.`root_02`,
      `t12`.`root_03`,
      `t12`.`root_04`,
      `t12`.`root_05`,
      `t12`.`root_06`,
      `t12`.`root_07`,
      `t12`.`root_08`,
      `t12`.`root_09`,
      `t12`.`root_10`,
      `t12`.`root_11`,
      `t12`.`root_12`,
      `t12`.`root_13`,
      `t12`.`root_14`,
      `t12`.`root_15`,
      `t12`.`root_16`,
      `t12`.`root_17`,
      `t12`.`root_18`,
      `t12`.`root_19`,
      `t12`.`root_20`,
      `t12`.`quad_1`,
      `t12`.`quad_2`,
      `t12`.`quad_3`,
      `t12`.`quad_4`,
      `t12`.`weight_sum`,
      `t12`.`weight_sum_squares`,
      `t12`.`mentions`,
      COALESCE(
        SUM(`t12`.`events`) OVER (
          PARTITION BY `t12`.`period`
          ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        ),
        0
      ) AS `world_total`
    FROM (
      SELECT
        `t11`.`period`,
        `t11`.`source`,
        `t11`.`target`,
        `t11`.`events`,
        `t11`.`root_01`,
        `t11`.`root_02`,
        `t11`.`root_03`,
        `t11`.`root_04`,
        `t11`.`root_05`,
        `t11`.`root_06`,
        `t11`.`root_07`,
        `t11`.`root_08`,
        `t11`.`root_09`,
        `t11`.`root_10`,
        `t11`.`root_11`,
        `t11`.`root_12`,
        `t11`.`root_13`,
        `t11`.`root_14`,
        `t11`.`root_15`,
        `t11`.`root_16`,
        `t11`.`root_17`,
        `t11`.`root_18`,
        `t11`.`root_19`,
        `t11`.`root_20`,
        `t11`.`quad_1`,
        `t11`.`quad_2`,
        `t11`.`quad_3`,
        `t11`.`quad_4`,
        CAST(ROUND(COALESCE(`t11`.`weight_sum`, 0.0), 6) AS FLOAT64) AS `weight_sum`,
        CAST(ROUND(COALESCE(`t11`.`weight_sum_squares`, 0.0), 6) AS FLOAT64) AS `weight_sum_squares`,
        CASE
          WHEN `t11`.`mentioned` > 0
          THEN CAST(TRUNC(`t11`.`mentions`) AS INT64)
          ELSE NULL
        END AS `mentions`
      FROM (
        SELECT
          `t10`.`period`,
          `t10`.`source`,
          `t10`.`target`,
          COALESCE(SUM(`t10`.`events`), 0) AS `events`,
          COALESCE(SUM(`t10`.`root_01`), 0) AS `root_01`,
          COALESCE(SUM(`t10`.`root_02`), 0) AS `root_02`,
          COALESCE(SUM(`t10`.`root_03`), 0) AS `root_03`,
          COALESCE(SUM(`t10`.`root_04`), 0) AS `root_04`,
          COALESCE(SUM(`t10`.`root_05`), 0) AS `root_05`,
          COALESCE(SUM(`t10`.`root_06`), 0) AS `root_06`,
          COALESCE(SUM(`t10`.`root_07`), 0) AS `root_07`,
          COALESCE(SUM(`t10`.`root_08`), 0) AS `root_08`,
          COALESCE(SUM(`t10`.`root_09`), 0) AS `root_09`,
          COALESCE(SUM(`t10`.`root_10`), 0) AS `root_10`,
          COALESCE(SUM(`t10`.`root_11`), 0) AS `root_11`,
          COALESCE(SUM(`t10`.`root_12`), 0) AS `root_12`,
          COALESCE(SUM(`t10`.`root_13`), 0) AS `root_13`,
          COALESCE(SUM(`t10`.`root_14`), 0) AS `root_14`,
          COALESCE(SUM(`t10`.`root_15`), 0) AS `root_15`,
          COALESCE(SUM(`t10`.`root_16`), 0) AS `root_16`,
          COALESCE(SUM(`t10`.`root_17`), 0) AS `root_17`,
          COALESCE(SUM(`t10`.`root_18`), 0) AS `root_18`,
          COALESCE(SUM(`t10`.`root_19`), 0) AS `root_19`,
          COALESCE(SUM(`t10`.`root_20`), 0) AS `root_20`,
          COALESCE(SUM(`t10`.`quad_1`), 0) AS `quad_1`,
          COALESCE(SUM(`t10`.`quad_2`), 0) AS `quad_2`,
          COALESCE(SUM(`t10`.`quad_3`), 0) AS `quad_3`,
          COALESCE(SUM(`t10`.`quad_4`), 0) AS `quad_4`,
          COALESCE(SUM(`t10`.`weight_sum`), 0) AS `weight_sum`,
          COALESCE(SUM(`t10`.`weight_sum_squares`), 0) AS `weight_sum_squares`,
          COALESCE(SUM(`t10`.`mentions`), 0) AS `mentions`,
          COALESCE(SUM(`t10`.`mentioned`), 0) AS `mentioned`
        FROM (
          SELECT
            `t9`.`event_date`,
            `t9`.`source`,
            `t9`.`target`,
            `t9`.`root`,
            `t9`.`quad`,
            `t9`.`events`,
            `t9`.`weight_sum`,
            `t9`.`weight_sum_squares`,
            `t9`.`mentions`,
            `t9`.`mentioned`,
            DATE_TRUNC(`t9`.`event_date`, YEAR) AS `period`,
            CASE WHEN `t9`.`root` = '01' THEN `t9`.`events` ELSE 0 END AS `root_01`,
            CASE WHEN `t9`.`root` = '02' THEN `t9`.`events` ELSE 0 END AS `root_02`,
            CASE WHEN `t9`.`root` = '03' THEN `t9`.`events` ELSE 0 END AS `root_03`,
            CASE WHEN `t9`.`root` = '04' THEN `t9`.`events` ELSE 0 END AS `root_04`,
            CASE WHEN `t9`.`root` = '05' THEN `t9`.`events` ELSE 0 END AS `root_05`,
            CASE WHEN `t9`.`root` = '06' THEN `t9`.`events` ELSE 0 END AS `root_06`,
            CASE WHEN `t9`.`root` = '07' THEN `t9`.`events` ELSE 0 END AS `root_07`,
            CASE WHEN `t9`.`root` = '08' THEN `t9`.`events` ELSE 0 END AS `root_08`,
            CASE WHEN `t9`.`root` = '09' THEN `t9`.`events` ELSE 0 END AS `root_09`,
            CASE WHEN `t9`.`root` = '10' THEN `t9`.`events` ELSE 0 END AS `root_10`,
            CASE WHEN `t9`.`root` = '11' THEN `t9`.`events` ELSE 0 END AS `root_11`,
            CASE WHEN `t9`.`root` = '12' THEN `t9`.`events` ELSE 0 END AS `root_12`,
            CASE WHEN `t9`.`root` = '13' THEN `t9`.`events` ELSE 0 END AS `root_13`,
            CASE WHEN `t9`.`root` = '14' THEN `t9`.`events` ELSE 0 END AS `root_14`,
            CASE WHEN `t9`.`root` = '15' THEN `t9`.`events` ELSE 0 END AS `root_15`,
            CASE WHEN `t9`.`root` = '16' THEN `t9`.`events` ELSE 0 END AS `root_16`,
            CASE WHEN `t9`.`root` = '17' THEN `t9`.`events` ELSE 0 END AS `root_17`,
            CASE WHEN `t9`.`root` = '18' THEN `t9`.`events` ELSE 0 END AS `root_18`,
            CASE WHEN `t9`.`root` = '19' THEN `t9`.`events` ELSE 0 END AS `root_19`,
            CASE WHEN `t9`.`root` = '20' THEN `t9`.`events` ELSE 0 END AS `root_20`,
            CASE WHEN `t9`.`quad` = 1 THEN `t9`.`events` ELSE 0 END AS `quad_1`,
            CASE WHEN `t9`.`quad` = 2 THEN `t9`.`events` ELSE 0 END AS `quad_2`,
            CASE WHEN `t9`.`quad` = 3 THEN `t9`.`events` ELSE 0 END AS `quad_3`,
            CASE WHEN `t9`.`quad` = 4 THEN `t9`.`events` ELSE 0 END AS `quad_4`
          FROM (
            SELECT
              `t8`.`event_date`,
              `t8`.`source`,
              `t8`.`target`,
              `t8`.`root`,
              `t8`.`quad`,
              COUNT(*) AS `events`,
              COALESCE(SUM(`t8`.`weight`), 0) AS `weight_sum`,
              COALESCE(SUM(`t8`.`weight_sum_squares`), 0) AS `weight_sum_squares`,
              COALESCE(SUM(`t8`.`mentions`), 0) AS `mentions`,
              COUNT(`t8`.`mentions`) AS `mentioned`
            FROM (
              SELECT
                `t7`.`event_date`,
                `t7`.`source`,
                `t7`.`target`,
                `t7`.`code`,
                `t7`.`root`,
                `t7`.`quad`,
                `t7`.`weight`,
                `t7`.`mentions`,
                `t7`.`weight` * `t7`.`weight` AS `weight_sum_squares`
              FROM (
                SELECT
                  *
                FROM (
                  SELECT
                    `t5`.`event_date`,
                    `t5`.`source`,
                    `t5`.`target`,
                    `t5`.`code`,
                    `t5`.`root`,
                    `t5`.`quad`,
                    `t5`.`weight`,
                    `t5`.`mentions`
                  FROM (
                    SELECT
                      `t4`.`event_date`,
                      `t4`.`source`,
                      `t4`.`target`,
                      `t4`.`code`,
                      `t4`.`url_hash`,
                      MAX(`t4`.`root`) AS `root`,
                      MAX(`t4`.`quad`) AS `quad`,
                      MAX(`t4`.`weight`) AS `weight`,
                      MAX(`t4`.`mentions`) AS `mentions`
                    FROM (
                      SELECT
                        *
                      FROM `t1` AS `t2`
                      WHERE
                        NOT (
                          `t2`.`source` IS NULL
                        )
                        AND NOT (
                          `t2`.`target` IS NULL
                        )
                        AND `t2`.`source` <> `t2`.`target`
                        AND NOT (
                          `t2`.`url_hash` IS NULL
                        )
                    ) AS `t4`
                    GROUP BY
                      1,
                      2,
                      3,
                      4,
                      5
                  ) AS `t5`
                ) AS `t6`
                UNION ALL
                SELECT
                  *
                FROM (
                  SELECT
                    `t2`.`event_date`,
                    `t2`.`source`,
                    `t2`.`target`,
                    `t2`.`code`,
                    `t2`.`root`,
                    `t2`.`quad`,
                    `t2`.`weight`,
                    `t2`.`mentions`
                  FROM `t1` AS `t2`
                  WHERE
                    NOT (
                      `t2`.`source` IS NULL
                    )
                    AND NOT (
                      `t2`.`target` IS NULL
                    )
                    AND `t2`.`source` <> `t2`.`target`
                    AND `t2`.`url_hash` IS NULL
                ) AS `t3`
              ) AS `t7`
            ) AS `t8`
            GROUP BY
              1,
              2,
              3,
              4,
              5
          ) AS `t9`
          WHERE
            `t9`.`event_date` IS NOT NULL
        ) AS `t10`
        GROUP BY
          1,
          2,
          3
      ) AS `t11`
    ) AS `t12`
  ) AS `t13`
) AS `t14`
WHERE
  COALESCE((
    `t14`.`source` = 'CHN'
  ) AND (
    `t14`.`target` = 'PRK'
  ), FALSE)
ORDER BY
  `t14`.`period` ASC,
  `t14`.`source` ASC,
  `t14`.`target` ASC;
